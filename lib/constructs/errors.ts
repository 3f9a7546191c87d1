import { TrustError } from "../model";
import { closest } from "../model/closest";
import { printableJson } from "../text";

/** A declaration that cannot mean anything; thrown by the constructor that was given it. */
export class DeclarationError extends TrustError {}

export function repeatedAlias(
  storePath: string,
  alias: string,
  first: string,
  second: string,
): DeclarationError {
  return new DeclarationError(
    "repeated-alias",
    `alias "${alias}" is declared twice in ${storePath}: by ${first} and by ${second}. ` +
      `Aliases are compared without regard to case, as Java does; give one of the two another alias.`,
  );
}

/** What CDKTF prints behind the construct's path, because it collects validations. */
export function declaredNowhere(constructPath: string): string {
  return (
    `${constructPath} declares trust in a stack that is no TrustStack, so nothing would come of it: ` +
    `let the stack extend TrustStack, or move the construct into one that does.`
  );
}

export function notAbsolute(path: string, hostId: string, platform: string): DeclarationError {
  const isOfOther = platform === "windows" ? path.startsWith("/") : /^([A-Za-z]:)?\\|^[A-Za-z]:\//.test(path);
  const other = platform === "windows" ? "posix" : "windows";
  if (isOfOther) return pathOfOther(path, hostId, platform, other);
  const example =
    platform === "windows" ? "C:\\\\ProgramData\\\\App\\\\conf\\\\keystore" : "/opt/app/conf/keystore";
  return new DeclarationError(
    "path-not-absolute",
    `"${path}" on host "${hostId}" is not absolute. Give the path as the real machine has it, for example ${example}.`,
  );
}

function pathOfOther(path: string, hostId: string, platform: string, other: string): DeclarationError {
  return new DeclarationError(
    "path-not-absolute",
    `"${path}" on host "${hostId}" is not absolute there: the host is declared as one of ${platform}, and this is a path of ${other}. ` +
      `Give the path as the real machine has it, or declare the host with platform: "${other}", in cdktf.json as "manual:${other}".`,
  );
}

export function controlCharacterInPath(path: string, hostId: string): DeclarationError {
  return new DeclarationError(
    "invalid-path",
    `${printableJson(path)} on host "${hostId}" holds a line break or another control character: give the path without.`,
  );
}

export function invalidHostId(id: string): DeclarationError {
  return new DeclarationError(
    "invalid-host-id",
    `${printableJson(id)} is no id of a host: its files lie in a folder of that name, so give letters, digits, ".", "_" and "-", ` +
      `at most 200, with no "." at either end, and no device of Windows such as CON or NUL.`,
  );
}

export function invalidPort(port: number): DeclarationError {
  return new DeclarationError("invalid-port", `${port} is no port: give a whole number from 1 to 65535.`);
}

export function invalidValidity(validityDays: number): DeclarationError {
  return new DeclarationError(
    "invalid-validity",
    `validityDays is ${validityDays}: give a whole number of days, at least 1 and at most 36500.`,
  );
}

export function invalidPathLength(pathLength: number): DeclarationError {
  return new DeclarationError(
    "invalid-path-length",
    `pathLength is ${pathLength}: give how many authorities may stand below this one, a whole number from 0 to 255.`,
  );
}

export function invalidSubject(attribute: string, value: string): DeclarationError {
  const allowed =
    attribute === "country"
      ? 'the two letters of ISO 3166, for example "CH"'
      : "text without control characters";
  return new DeclarationError(
    "invalid-subject",
    `${attribute} is ${printableJson(value)}: give ${allowed}, or leave it out.`,
  );
}

export function noFile(): DeclarationError {
  return new DeclarationError(
    "no-file",
    "file is empty: give the certificate's file relative to the project's root, for example \"partners/bank.pem\".",
  );
}

export function invalidAlias(storePath: string, alias: string, constructPath: string): DeclarationError {
  return new DeclarationError(
    "invalid-alias",
    `${constructPath} declares the alias ${printableJson(alias)} in ${storePath}: give one that is not empty and holds no control characters.`,
  );
}

export function invalidPattern(constructPath: string, pattern: string, reason: string): DeclarationError {
  return new DeclarationError(
    "invalid-pattern",
    `${constructPath}: the pattern ${printableJson(pattern)} is no regular expression of JavaScript (${printableJson(reason)}). Correct it.`,
  );
}

export function noNames(constructPath: string): DeclarationError {
  return new DeclarationError(
    "no-names",
    `${constructPath} has no name: give the host names or addresses under which clients call it, for example names: ["app.example.com"].`,
  );
}

export function otherPort(constructPath: string, besides: string): DeclarationError {
  return new DeclarationError(
    "other-port",
    `${constructPath} is declared besides ${besides}, which has another host or port. Give both the same, or leave besides out.`,
  );
}

export function repeatedName(constructPath: string, name: string): DeclarationError {
  return new DeclarationError(
    "repeated-name",
    `${constructPath} has the name "${name}", and an endpoint on the same port has it already, so that a client could get either certificate. Give each name to one of them.`,
  );
}

export function invalidName(name: string): DeclarationError {
  return new DeclarationError(
    "invalid-name",
    `"${name}" is neither a host name nor an address: give it without scheme, port and path, for example "app.example.com" or "10.20.30.40".`,
  );
}

export function literalSecret(factory: string): DeclarationError {
  return new DeclarationError(
    "invalid-secret-reference",
    `Secret.${factory}() was given nothing usable. It takes where the secret is found, never the secret itself: ` +
      `Secret.env("KEYSTORE_PASSWORD"), Secret.file("secrets/keystore") or Secret.command("pass show keystore").`,
  );
}

export function conflictingStore(
  path: string,
  hostId: string,
  first: string,
  second: string,
): DeclarationError {
  return new DeclarationError(
    "store-declared-twice",
    `${path} on host "${hostId}" is declared as a store twice, by ${first} and by ${second}. Declare it once and hand the construct on.`,
  );
}

export function missingTruststore(constructPath: string, clientAuthentication: string): DeclarationError {
  return new DeclarationError(
    "missing-truststore",
    `${constructPath} has clientAuthentication "${clientAuthentication}" but no truststore, so it could accept no client. ` +
      `Give truststore, or clientAuthentication: "none".`,
  );
}

export function unusableCertificate(constructPath: string, reason: string): DeclarationError {
  return new DeclarationError("unusable-certificate", `${constructPath}: ${reason}`);
}

export function nothingTrusted(constructPath: string): DeclarationError {
  return new DeclarationError(
    "missing-truststore",
    `${constructPath} calls an endpoint but has no truststore, so it could trust no server. Give truststore.`,
  );
}

export function invalidKey(constructPath: string, key: string): DeclarationError {
  return new DeclarationError(
    "invalid-key",
    `${constructPath} has the key ${JSON.stringify(key)}: give words joined by "/", for example "Orders/Certificate".`,
  );
}

export function invalidRelease(what: string, given: string, examples: string): DeclarationError {
  return new DeclarationError(
    "invalid-release",
    `${given} is no release of ${what} that can be named: give, for example, ${examples}.`,
  );
}

export function invalidPolicy(member: string, given: string, allowed: string): DeclarationError {
  return new DeclarationError(
    "invalid-policy",
    `${member} is ${given}: give ${allowed}, as the host's openssl.cnf says.`,
  );
}

export function unknownJavaProperty(name: string, known: readonly string[]): DeclarationError {
  return new DeclarationError(
    "invalid-java-property",
    `${JSON.stringify(name)} is no system property that decides about a hop: ${known.join(", ")} are. Leave it out.`,
  );
}

export function invalidJavaProperty(name: string, given: string, allowed: string): DeclarationError {
  return new DeclarationError(
    "invalid-java-property",
    `${name} is ${JSON.stringify(given)}: give ${allowed}.`,
  );
}

export function repeatedCall(callerPath: string, id: string): DeclarationError {
  return new DeclarationError(
    "repeated-call",
    `${callerPath} has something called "${id}" already. Give this call an id of its own: calls(…, { id: "${id}-2" }).`,
  );
}

export function nowhereHeld(callerPath: string, identityId: string, hostId: string): DeclarationError {
  return new DeclarationError(
    "unusable-certificate",
    `${callerPath} is to present ${identityId}, which stands nowhere on its host "${hostId}". ` +
      `Give the place it stands at, keystore.entry("alias") or PemFiles.at(host, …), or a Certificate.`,
  );
}

export function nothingToPresentFrom(callerPath: string): DeclarationError {
  return new DeclarationError(
    "missing-keystore",
    `${callerPath} is to present a certificate but has no keystore to keep it in. Give it a keystore, or give \`as\` a place: keystore.entry("alias").`,
  );
}

export function notPresented(constructPath: string): DeclarationError {
  return new DeclarationError(
    "not-presented",
    `${constructPath} presents no certificate, so there is nothing of it to trust. Give the call \`as\`.`,
  );
}

export function invalidPartnerUrl(url: string): DeclarationError {
  return new DeclarationError(
    "invalid-partner",
    `${JSON.stringify(url)} is no server that can be called: give scheme, name and port alone, for example "https://bank.example.com:8443".`,
  );
}

export function conflictingPartner(url: string, stackPath: string): DeclarationError {
  return new DeclarationError(
    "conflicting-partner",
    `${url} is declared twice in ${stackPath}. Declare it once, const bank = Partner.at("${url}", …), and hand it on.`,
  );
}

export function notDeclaredInEnvironment(
  environment: string,
  what: "hosts" | "secrets",
  id: string,
  declared: readonly string[],
): DeclarationError {
  const meant = closest(id, declared);
  const example = what === "hosts" ? '"manual"' : `"env:${id.toUpperCase().replace(/[^A-Z0-9]/g, "_")}"`;
  return new DeclarationError(
    "not-declared",
    `the environment "${environment}" declares no ${what.slice(0, -1)} "${id}", ${declared.length === 0 ? "and no other" : `only ${declared.join(", ")}`}. ` +
      `${meant === undefined ? "Add" : `Is "${meant}" meant? Otherwise add`} it to environments.${environment}.${what} in the context of cdktf.json, for example "${id}": ${example}.`,
  );
}

/** What an object in `environments.<name>.hosts` may say beside its address. */
export const SSH_SETTINGS = ["user", "jump", "identity", "hostKey", "password", "sudo", "platform"] as const;

export function invalidDeclaredHost(environment: string, id: string, given: unknown): DeclarationError {
  return new DeclarationError(
    "invalid-host",
    `environments.${environment}.hosts.${id} is ${JSON.stringify(given)}: give "local:DIRECTORY", "ssh://[user@]host[:port]", an object with such an address and settings (${SSH_SETTINGS.join(", ")}), "manual" or "manual:windows".`,
  );
}

export function sudoOnWindows(machine: string): DeclarationError {
  return new DeclarationError(
    "sudo-on-windows",
    `${machine} is a machine of Windows, which has no sudo. Declare no sudo, and a user that may write where its files are.`,
  );
}

export function invalidDeclaredSecret(environment: string, id: string): DeclarationError {
  return new DeclarationError(
    "invalid-secret-reference",
    `environments.${environment}.secrets.${id} does not say where the secret is found: give "env:NAME", "file:PATH" or "cmd:COMMAND", never the secret itself.`,
  );
}

export function noChoice(environment: string, declared: readonly string[]): DeclarationError {
  return new DeclarationError(
    "no-choice",
    `nothing is chosen for the environment "${environment}", only for ${declared.join(", ")}. Add "${environment}".`,
  );
}

export function unusablePlan(path: string, reason: string): DeclarationError {
  return new DeclarationError("unusable-plan", `read the plan ${path}: ${reason}.`);
}

export function missingReason(constructPath: string): DeclarationError {
  return new DeclarationError(
    "missing-reason",
    `${constructPath} has strict: false and no reason: say why the call is to pass where our rules are stricter than its ` +
      `peers, for example reason: "the partner renews its certificate on 1 March".`,
  );
}

export function needlessReason(constructPath: string): DeclarationError {
  return new DeclarationError(
    "needless-reason",
    `${constructPath} has a reason and is judged strictly: declare strict: false with it, or drop it.`,
  );
}

export function nothingCalled(constructPath: string): DeclarationError {
  return new DeclarationError(
    "nothing-called",
    `${constructPath} has strict: false, and declares no call that could pass for it: drop it, or name the endpoint that is called.`,
  );
}

export function invalidArgv(argv: readonly string[]): DeclarationError {
  return new DeclarationError(
    "invalid-activation",
    `Activation.run(…): ${printableJson(argv)} is no command. Give the program and its arguments as a list of texts ` +
      `without NUL, for example ["systemctl", "restart", "app"]; for a shell write ["sh", "-c", "…"].`,
  );
}

export function invalidTimeout(given: number, longest: number): DeclarationError {
  return new DeclarationError(
    "invalid-activation",
    `Activation.run(…): timeoutSeconds is ${given}. Give whole seconds from 1 to ${longest}.`,
  );
}

export function emptyActivation(name: string, needed: string): DeclarationError {
  return new DeclarationError(
    "invalid-activation",
    `Activation.${name}(…): nothing is given. Give ${needed}.`,
  );
}
