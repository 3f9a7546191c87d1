import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { type NamedCertificate, type HostNameVerdict, type NameMatch, hostNameVerdict } from "../pki";
import { parseIpAddress } from "../pki/ipAddress";

/**
 * Whether curl takes a certificate for the name or address of its URL, where it is built with OpenSSL
 * (`ossl_verifyhost` of `lib/vtls/openssl.c`, `Curl_cert_hostcheck` of `lib/vtls/hostcheck.c`, from 8.1 on and in
 * distributions' updates of before).
 *
 * @param name host name or IP address, IPv6 also in brackets
 */
export function matchesCurlHostName(certificate: NamedCertificate, name: string): HostNameVerdict {
  return hostNameVerdict(certificate, name, match(certificate, name.replace(/^\[(.*)\]$/, "$1")));
}

function match(certificate: NamedCertificate, asked: string): NameMatch {
  const names = certificate.subjectAltNames;
  const isAddress = isIP(asked) !== 0;
  const name = isAddress ? asked : domainToASCII(asked);
  if (name === "") return { refused: "illegal-name" };
  const matched = names.find(({ kind, value }) =>
    isAddress ? kind === "ip" && isSameAddress(value, asked) : kind === "dns" && covers(value, name),
  );
  if (matched !== undefined) return { matched: matched.value };
  // One name or address of the certificate's own keeps its common name from counting, whichever was asked for.
  if (names.some(({ kind }) => kind === "dns" || kind === "ip"))
    return { refused: isAddress ? "address" : "dns-name" };
  const { commonName } = certificate.subject;
  return commonName !== undefined && covers(commonName, name)
    ? { matched: commonName }
    : { refused: "common-name" };
}

function isSameAddress(one: string, other: string): boolean {
  const [a, b] = [parseIpAddress(one), parseIpAddress(other)];
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}

/** A wildcard is the whole first label, with two dots in the pattern; one dot at the end of either is dropped. */
function covers(pattern: string, name: string): boolean {
  const [template, host] = [withoutDot(pattern), withoutDot(name)];
  if (!template.startsWith("*.") || template.split(".").length < 3) return template === host;
  const dot = host.indexOf(".");
  return isIP(host) === 0 && dot >= 0 && template.slice(1) === host.slice(dot);
}

function withoutDot(name: string): string {
  return name.toLowerCase().replace(/\.$/, "");
}
