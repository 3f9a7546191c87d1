import { TrustError } from "../model";
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

export function notAbsolute(path: string, hostId: string, platform: string): DeclarationError {
  const example =
    platform === "windows" ? "C:\\\\ProgramData\\\\App\\\\conf\\\\keystore" : "/opt/app/conf/keystore";
  return new DeclarationError(
    "path-not-absolute",
    `"${path}" on host "${hostId}" is not absolute. Give the path as the real machine has it, for example ${example}.`,
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

export function noNames(constructPath: string): DeclarationError {
  return new DeclarationError(
    "no-names",
    `${constructPath} has no name: give the host names or addresses under which clients call it, for example names: ["app.example.com"].`,
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
