import { type HostNameVerdict, type NamedCertificate, type NameMatch, hostNameVerdict } from "../pki";
import { formatIpAddress, parseIpAddress } from "../pki/ipAddress";
import type { SubjectAltName } from "../model";
import { toAscii2003, toUnicode2003 } from "./idna";
import { type JavaRules, javaRules } from "./javaRules";

/**
 * Whether a Java client takes a certificate for the name or address of its URL, as JSSE compares them under
 * HTTPS (JDK classes `X509TrustManagerImpl`, `HostnameChecker`), for certificates of private authorities:
 * public ones may not have wildcards right below a public suffix.
 *
 * @param name host name or IP address, IPv6 also in brackets
 * @param rules up to Java 18 wildcards count in every label, later in the first; Java 8 knows no international names
 * @default - the strictest of the current releases
 */
export function matchesJavaHostName(
  certificate: NamedCertificate,
  name: string,
  rules: JavaRules = javaRules(),
): HostNameVerdict {
  return hostNameVerdict(certificate, name, match(certificate, name, rules));
}

function match(certificate: NamedCertificate, asked: string, rules: JavaRules): NameMatch {
  const name = asked.replace(/\.$/, "").replace(/^\[(.*)\]$/, "$1");
  const address = parseJavaAddress(name);
  if (address !== undefined) return matchAddress(certificate, address);

  // SNIHostName decides what a host name is.
  if (!isStrictHostName(name)) return { refused: "illegal-name", allowed: ALLOWED };
  const dnsNames = certificate.subjectAltNames.flatMap(({ kind, value }) => (kind === "dns" ? [value] : []));
  if (dnsNames.length > 0) {
    const dnsName = dnsNames.find((template) => isMatched(name, template, rules));
    return dnsName === undefined ? { refused: "dns-name" } : { matched: dnsName };
  }
  const { commonName } = certificate.subject;
  const isFormal = commonName !== undefined && commonName.normalize("NFKC") === commonName;
  return isFormal && isMatched(name, commonName, rules)
    ? { matched: commonName }
    : { refused: "common-name" };
}

/**
 * The alternative name that stands for a name or address in a certificate, as a Java looks for it; undefined where it
 * takes the name from none.
 *
 * @param name host name or IP address, IPv6 without brackets
 */
export function javaAltName(name: string): SubjectAltName | undefined {
  const bare = name.replace(/\.$/, "");
  const address = parseJavaAddress(bare);
  if (address !== undefined) return { kind: "ip", value: formatIpAddress(address) };
  const ascii = toAscii2003(bare, true);
  return ascii === undefined || !isStrictHostName(bare) ? undefined : { kind: "dns", value: ascii };
}

const ALLOWED = "to Java: letters, digits and inner hyphens are allowed, no underscores";

/**
 * An address as Java takes it (JDK class `IPAddressUtil`): also with leading zeros (decimal, not octal),
 * with the last part standing for several octets, and IPv6 that maps IPv4.
 */
function parseJavaAddress(text: string): Uint8Array | undefined {
  const dotted = parseDotted(text);
  if (dotted !== undefined) return dotted;
  const [address = "", scope, ...more] = text.split("%");
  if (!address.includes(":") || more.length > 0 || scope === "") return undefined;
  // Java reads an IPv4 tail with leading zeros and groups of more than four digits, which Node does not.
  const tail = /(?<=:)\d+\.\d+\.\d+\.\d+$/.exec(address)?.[0];
  const head = address.slice(0, address.length - (tail?.length ?? 0));
  const tailOctets = tail === undefined ? undefined : parseDotted(tail);
  if (tail !== undefined && tailOctets === undefined) return undefined;
  const groups = head.replace(/[0-9a-f]+/gi, (group) => group.replace(/^0+(?=.)/, ""));
  return unmapped(parseIpAddress(groups + (tailOctets?.join(".") ?? "")));
}

function matchAddress(certificate: NamedCertificate, address: Uint8Array): NameMatch {
  const matched = certificate.subjectAltNames.find(({ kind, value }) => {
    const octets = kind === "ip" ? unmapped(parseIpAddress(value)) : undefined;
    return octets !== undefined && Buffer.compare(octets, address) === 0;
  });
  return matched === undefined ? { refused: "address" } : { matched: matched.value };
}

/** The IPv4 address that an IPv6 address of the kind ::ffff:192.0.2.1 stands for. */
function unmapped(octets: Uint8Array | undefined): Uint8Array | undefined {
  const isMapped =
    octets?.length === 16 &&
    octets[10] === 255 &&
    octets[11] === 255 &&
    octets.subarray(0, 10).every((octet) => octet === 0);
  return isMapped ? octets.subarray(12) : octets;
}

function parseDotted(text: string): Uint8Array | undefined {
  if (text.length > 15 || !/^\d+(\.\d+){0,3}$/.test(text)) return undefined;
  const parts = text.split(".").map(Number);
  const last = parts.pop() ?? 0;
  const lastLength = 4 - parts.length;
  if (parts.some((part) => part > 255) || last >= 256 ** lastLength) return undefined;
  const lastOctets = Array.from(
    { length: lastLength },
    (_, index) => Math.floor(last / 256 ** (lastLength - 1 - index)) % 256,
  );
  return Uint8Array.from([...parts, ...lastOctets]);
}

function isStrictHostName(name: string): boolean {
  const ascii = toAscii2003(name, true);
  return ascii !== undefined && ascii !== "" && !ascii.endsWith(".");
}

function isMatched(asked: string, pattern: string, rules: JavaRules): boolean {
  if (!rules.has("internationalNames")) {
    // It compares the name of its hello, which is in ASCII, and then the one that was asked for.
    const named = asked.includes(".") ? (toAscii2003(asked, false) ?? asked) : asked;
    return [named, asked].some((text) => covers(text.toLowerCase(), pattern.toLowerCase(), rules));
  }
  const [name, template] = [asked, pattern].map((text) => {
    const ascii = toAscii2003(text, false);
    return ascii === undefined ? undefined : toUnicode2003(ascii).toLowerCase();
  });
  return name !== undefined && template !== undefined && covers(name, template, rules);
}

function covers(name: string, template: string, rules: JavaRules): boolean {
  const hasIllegalWildcard = /\*[^.]*$/.test(template) || template === "*.";
  if (hasIllegalWildcard || !isStrictHostName(template.replaceAll("*", "z"))) return false;
  return rules.has("wildcardsInFirstLabel")
    ? matchesFirstLabel(name, template)
    : matchesEveryLabel(name, template);
}

function matchesFirstLabel(name: string, template: string): boolean {
  const [nameLabel = "", ...nameRest] = name.split(".");
  const [templateLabel = "", ...templateRest] = template.split(".");
  return matchesLabel(nameLabel, templateLabel) && nameRest.join(".") === templateRest.join(".");
}

function matchesEveryLabel(name: string, template: string): boolean {
  const nameLabels = name.split(".");
  const templateLabels = template.split(".");
  return (
    nameLabels.length === templateLabels.length &&
    nameLabels.every((label, index) => matchesLabel(label, templateLabels[index] ?? ""))
  );
}

/** A label whose `*`s stand for anything; the parts between them are looked for from left to right. */
function matchesLabel(label: string, template: string): boolean {
  const parts = template.split("*");
  if (parts.length === 1) return label === template;
  const [first = "", ...rest] = parts;
  const last = rest.pop() ?? "";
  if (!label.startsWith(first)) return false;
  let left = label.slice(first.length);
  for (const part of rest) {
    const at = left.indexOf(part);
    if (at === -1) return false;
    left = left.slice(at + part.length);
  }
  return left.endsWith(last);
}
