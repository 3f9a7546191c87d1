import { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import * as tls from "node:tls";
import { domainToASCII } from "node:url";
import { javaRules, matchesJavaHostName } from "../java";
import type { ClientProgram, JavaRuntimePlan, TlsRuntime } from "../model";
import { type Certificate, type HostNameVerdict, type NameMatch, hostNameVerdict } from "../pki";
import { parseIpAddress } from "../pki/ipAddress";
import { matchesCurlHostName } from "./curlNames";

/** By whose rules a client compares names. */
export type NameRules = TlsRuntime | "curl";

/** By whose rules the programs of a client compare names, each once. */
export function nameRulesOf(
  runtime: TlsRuntime,
  programs: readonly ClientProgram[] = [],
): readonly [NameRules, ...NameRules[]] {
  const [first, ...rest] = [...new Set(programs.map((program) => RULES_OF_PROGRAM[program]))];
  return first === undefined ? [runtime] : [first, ...rest];
}

/** Newman is a Node program. */
const RULES_OF_PROGRAM: Readonly<Record<ClientProgram, NameRules>> = { curl: "curl", newman: "node" };

/**
 * Whether a client takes a certificate for the name or address of its URL. OpenSSL and Node are asked themselves.
 *
 * @param name host name or IP address, IPv6 also in brackets
 * @param java which one, where it is one @default - the strictest of the current ones
 */
export function matchesName(
  certificate: Certificate,
  name: string,
  rules: NameRules,
  java?: JavaRuntimePlan,
): HostNameVerdict {
  switch (rules) {
    case "java":
      return matchesJavaHostName(certificate, name, javaRules(java));
    case "curl":
      return matchesCurlHostName(certificate, name);
    case "openssl":
      return asked(certificate, name, opensslMatches);
    case "node":
      return asked(certificate, name, nodeMatches);
  }
}

/** `X509_check_host` and `X509_check_ip`, as `-verify_hostname` of OpenSSL uses them. */
function opensslMatches(certificate: X509Certificate, name: string): boolean {
  if (isIP(name) === 0) return certificate.checkHost(name) !== undefined;
  // A scope is no part of an address.
  return parseIpAddress(name) !== undefined && certificate.checkIP(name) !== undefined;
}

function nodeMatches(certificate: X509Certificate, name: string): boolean {
  return tls.checkServerIdentity(name, certificate.toLegacyObject()) === undefined;
}

function asked(
  certificate: Certificate,
  name: string,
  matches: (certificate: X509Certificate, name: string) => boolean,
): HostNameVerdict {
  const bare = name.replace(/^\[(.*)\]$/, "$1");
  const ascii = isIP(bare) === 0 ? domainToASCII(bare) : bare;
  // An empty answer is that of `domainToASCII` to what is no name.
  const match: NameMatch =
    ascii === ""
      ? { refused: "illegal-name" }
      : matches(new X509Certificate(certificate.der), ascii)
        ? { matched: bare }
        : { refused: whyNot(certificate, bare) };
  return hostNameVerdict(certificate, name, match);
}

function whyNot(certificate: Certificate, name: string): "address" | "dns-name" | "common-name" {
  if (isIP(name) !== 0) return "address";
  return certificate.subjectAltNames.some(({ kind }) => kind === "dns") ? "dns-name" : "common-name";
}
