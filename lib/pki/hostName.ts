import { domainToASCII } from "node:url";
import { isAscii } from "./ascii";
import type { Certificate } from "./certificate";
import { type HostNameVerdict, type NameMatch, hostNameVerdict } from "./hostNameVerdict";
import { parseIpAddress } from "./ipAddress";

/**
 * Whether a certificate is good for the name or address that a client puts into its URL, by RFC 6125, 6.4, as
 * far as OpenSSL, curl and Node agree. What Java does under HTTPS is `matchesJavaHostName` of `lib/java`.
 *
 * @param name host name or IP address, IPv6 also in brackets
 */
export function matchesHostName(certificate: Certificate, name: string): HostNameVerdict {
  return hostNameVerdict(certificate, name, match(certificate, name));
}

/**
 * A wildcard is a whole first label with two labels behind it, and the common name counts only where there is
 * no DNS, IP or URI name.
 */
function match(certificate: Certificate, asked: string): NameMatch {
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
