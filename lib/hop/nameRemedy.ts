import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { javaAltName, javaRules, matchesJavaHostName } from "../java";
import type { JavaRuntimePlan, SubjectAltName } from "../model";
import { formatIpAddress, parseIpAddress } from "../pki/ipAddress";
import type { NameRules } from "./clientNames";
import { matchesCurlHostName } from "./curlNames";

/**
 * What helps where a client does not find a name or address in a certificate: a certificate that has it, as the client
 * looks for it, or another spelling or name in the call, where no certificate would do.
 *
 * @param java which one, where it is one @default - the strictest of the current ones
 */
export function nameRemedy(address: string, rules: NameRules, java?: JavaRuntimePlan): string {
  const bare = address.replace(/^\[(.*)\]$/, "$1");
  const name = bare.startsWith("*") ? undefined : altNameOf(bare, rules);
  if (name === undefined) return ANOTHER_NAME;
  const issue = `the subject alternative name ${shown(name)}${rules === "java" ? "" : wordAboutJava(name)}`;
  if (isTaken(bare, name, rules, java)) return `issue the certificate with ${issue}, or use a name it has`;
  return isTaken(name.value, name, rules, java)
    ? `call the server as ${name.value}, and issue the certificate with ${issue} where it lacks it`
    : ANOTHER_NAME;
}

const ANOTHER_NAME =
  "call the server by another name, which its certificate has: this one is refused whatever a certificate says";

function shown({ kind, value }: SubjectAltName): string {
  return `${kind === "ip" ? "IP" : "DNS"}:${value}`;
}

/** What others take and Java does not is worth a word before it is issued. */
function wordAboutJava({ kind, value }: SubjectAltName): string {
  return kind === "ip" || javaAltName(value)?.value === value ? "" : ", which Java takes from no certificate";
}

/** The alternative name that stands for a name or address in a certificate; undefined where there is none. */
function altNameOf(name: string, rules: NameRules): SubjectAltName | undefined {
  if (rules === "java") return javaAltName(name);
  const octets = parseIpAddress(name.replace(/%.*$/, ""));
  if (octets !== undefined) return { kind: "ip", value: formatIpAddress(octets) };
  // URLs take numbers for addresses, as `inet_aton` does.
  const ascii = domainToASCII(name).replace(/\.$/, "");
  if (ascii === "") return undefined;
  return { kind: isIP(ascii) === 0 ? "dns" : "ip", value: ascii };
}

/** Whether the client, called by a name, takes a certificate with nothing but an alternative name. */
function isTaken(
  asked: string,
  name: SubjectAltName,
  rules: NameRules,
  java: JavaRuntimePlan | undefined,
): boolean {
  const certificate = { subject: { commonName: undefined }, subjectAltNames: [name] };
  if (rules === "java") return matchesJavaHostName(certificate, asked, javaRules(java)).matches;
  if (rules === "curl") return matchesCurlHostName(certificate, asked).matches;
  const octets = parseIpAddress(asked);
  if (name.kind === "ip") return octets !== undefined && formatIpAddress(octets) === name.value;
  return octets === undefined && domainToASCII(asked) === name.value;
}
