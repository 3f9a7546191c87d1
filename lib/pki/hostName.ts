import { domainToASCII } from "node:url";
import type { SubjectAltName } from "../model";
import type { Certificate } from "./certificate";
import { isAscii } from "./idna";
import { parseIpAddress } from "./ipAddress";
import { matchJavaName, type JavaMatch } from "./javaHostName";

/**
 * Whose rules compare a certificate's names with the one that a client asks for: `java` is what JSSE does
 * under HTTPS, `rfc6125` what OpenSSL, curl and Node have in common.
 */
export type HostNameRules = "rfc6125" | "java";

export interface HostNameOptions {
  /** Feature release of the client's JDK, for the rules `java`. @default 25, the strictest */
  readonly javaRelease?: number;
}

/** Whether a certificate is good for a name, and what the certificate has. */
export interface HostNameVerdict {
  readonly matches: boolean;
  /** One line, for people: what was asked for and what the certificate has. */
  readonly reason: string;
}

/**
 * Whether a certificate is good for the name or address that a client puts into its URL.
 *
 * @param name host name or IP address, IPv6 also in brackets
 */
export function matchesHostName(
  certificate: Certificate,
  name: string,
  rules: HostNameRules,
  options: HostNameOptions = {},
): HostNameVerdict {
  const match =
    rules === "java"
      ? matchJavaName(certificate, name, options.javaRelease ?? 25)
      : matchRfcName(certificate, name);
  return "matched" in match
    ? { matches: true, reason: `"${match.matched}" of the certificate covers "${name}"` }
    : { matches: false, reason: explain(certificate, name, match.refused, rules) };
}

/**
 * RFC 6125, 6.4, where OpenSSL, curl and Node agree: a wildcard is a whole first label with two labels
 * behind it, and the common name counts only where there is no DNS, IP or URI name.
 */
function matchRfcName(certificate: Certificate, asked: string): JavaMatch {
  const address = parseIpAddress(asked.replace(/^\[(.*)\]$/, "$1"));
  const names = certificate.subjectAltNames;
  if (address !== undefined) {
    const matched = names.find(
      ({ kind, value }) =>
        kind === "ip" && Buffer.compare(parseIpAddress(value) ?? new Uint8Array(), address) === 0,
    );
    return matched === undefined ? { refused: "address" } : { matched: matched.value };
  }
  const name = toAscii(asked.replace(/\.$/, ""));
  if (name === "" || name.split(".").includes("")) return { refused: "illegal-name" };

  const isBound = names.some(({ kind }) => kind !== "email");
  const candidates = isBound
    ? names.flatMap(({ kind, value }) => (kind === "dns" ? [value] : []))
    : [certificate.subject.commonName ?? ""];
  const matched = candidates.find((candidate) => covers(candidate.toLowerCase(), name));
  if (matched !== undefined) return { matched };
  return { refused: isBound ? "dns-name" : "common-name" };
}

function covers(pattern: string, name: string): boolean {
  if (pattern === name) return true;
  const [first, ...rest] = pattern.split(".");
  const [label = "", ...parent] = name.split(".");
  // OpenSSL takes wildcards only among letters, digits and inner hyphens (v3_utl.c, valid_star).
  return (
    first === "*" &&
    rest.length >= 2 &&
    rest.every((part) => /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(part)) &&
    /^[a-z0-9-]+$/.test(label) &&
    rest.join(".") === parent.join(".")
  );
}

function toAscii(name: string): string {
  return isAscii(name) ? name.toLowerCase() : domainToASCII(name);
}

type Refusal = Extract<JavaMatch, { refused: string }>["refused"];

function explain(certificate: Certificate, name: string, refusal: Refusal, rules: HostNameRules): string {
  if (refusal === "address") {
    return `"${name}" is an address: only IP names count, the certificate has ${list(certificate, "ip")}`;
  }
  if (refusal === "illegal-name") {
    const allowed = "letters, digits and inner hyphens are allowed, no underscores";
    return `"${name}" is no host name${rules === "java" ? ` to Java: ${allowed}` : ""}`;
  }
  const asked = `"${name}" was asked for, the certificate has`;
  if (refusal === "dns-name") return `${asked} ${list(certificate, "dns")}`;
  const { commonName } = certificate.subject;
  const named = commonName === undefined ? "no common name" : `the common name "${commonName}"`;
  return `${asked} no DNS names and ${named}`;
}

const SHOWN_NAMES = 10;

function list(certificate: Certificate, kind: SubjectAltName["kind"]): string {
  const what = kind === "ip" ? "IP addresses" : "DNS names";
  const values = certificate.subjectAltNames.flatMap((name) =>
    name.kind === kind ? [`"${name.value}"`] : [],
  );
  if (values.length === 0) return `no ${what}`;
  const more = values.length > SHOWN_NAMES ? ` and ${values.length - SHOWN_NAMES} more` : "";
  return `the ${what} ${values.slice(0, SHOWN_NAMES).join(", ")}${more}`;
}
