import { isIP } from "node:net";
import type { ClientProgram, JavaRuntimePlan, TlsRuntime } from "../model";
import type { Certificate, HostNameVerdict } from "../pki";
import { type Quotation, refusal, type Refusal } from "../rules";
import { matchesName, type NameRules, nameRulesOf } from "./clientNames";

/**
 * Why a client that compares names does not take a certificate for an address.
 *
 * @param programs which make the call; all of them must take it
 * @param java which one, where it is one @default - the strictest of the current ones
 */
export function refusedName(
  certificate: Certificate,
  address: string,
  runtime: TlsRuntime,
  programs?: readonly ClientProgram[],
  java?: JavaRuntimePlan,
): Refusal | undefined {
  const compared = nameRulesOf(runtime, programs).map((rules) => ({
    rules,
    verdict: matchesName(certificate, address, rules, java),
  }));
  const refused = compared.find(({ verdict }) => !verdict.matches);
  if (refused === undefined) return undefined;
  const reason = reasonOf(certificate, address, refused.rules, refused.verdict);
  const others = compared.filter(({ verdict }) => verdict.matches).map(({ rules }) => SPEAKERS[rules]);
  return others.length === 0
    ? reason
    : {
        ...reason,
        message: `${SPEAKERS[refused.rules]} refuses what ${others.join(" and ")} takes: ${reason.message}`,
      };
}

const SPEAKERS: Readonly<Record<NameRules, string>> = {
  java: "Java",
  openssl: "OpenSSL",
  node: "Node, hence Newman,",
  curl: "curl",
};

function reasonOf(
  certificate: Certificate,
  address: string,
  rules: NameRules,
  verdict: HostNameVerdict,
): Refusal {
  const isAddress = isIP(address.replace(/^\[(.*)\]$/, "$1")) !== 0;
  if (isAddress && certificate.subject.commonName === address) {
    const isTakenByCurl = matchesName(certificate, address, "curl").matches;
    return refusal(
      "address-only-in-common-name",
      `the certificate of ${certificate.toString()} has the address ${address} as common name only, where ` +
        (isTakenByCurl ? "Java and Node do not look for it, though curl does" : "no client looks for it"),
      `issue it again with the subject alternative name IP:${address}`,
      rules === "java" ? {} : "none",
    );
  }
  const remedy = verdict.isIllegalName
    ? "call the server by another name, which its certificate has: this one is refused whatever a certificate says"
    : `issue the certificate with the subject alternative name ${isAddress ? "IP" : "DNS"}:${address}, or use a name it has`;
  return refusal("name-not-covered", verdict.reason, remedy, quotationOf(rules, address, isAddress));
}

/** What the client itself says. */
function quotationOf(rules: NameRules, about: string, isAddress: boolean): Quotation {
  switch (rules) {
    case "java":
      return { about, of: isAddress ? "IP address" : "DNS name" };
    case "openssl":
      return { about, of: isAddress ? "address mismatch" : "ostname mismatch" };
    case "node":
      return { about, of: "ERR_TLS" };
    case "curl":
      return { about, of: "certificate subject name" };
  }
}
