import { isIP } from "node:net";
import type { ClientProgram, JavaRuntimePlan, TlsRuntime } from "../model";
import type { Certificate, HostNameVerdict } from "../pki";
import { type Quotation, refusal, type Refusal } from "../rules";
import { matchesName, type NameRules, nameRulesOf } from "./clientNames";
import { nameRemedy } from "./nameRemedy";

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
  const reason = reasonOf(certificate, address, refused.rules, refused.verdict, java);
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
  java: JavaRuntimePlan | undefined,
): Refusal {
  const bare = address.replace(/^\[(.*)\]$/, "$1");
  const isAddress = isIP(bare) !== 0;
  if (isAddress && certificate.subject.commonName === bare) {
    const isTakenByCurl = matchesName(certificate, address, "curl").matches;
    return refusal(
      "address-only-in-common-name",
      `the certificate of ${certificate.toString()} has the address ${address} as common name only, where ` +
        (isTakenByCurl ? "Java and Node do not look for it, though curl does" : "no client looks for it"),
      `issue it again with the subject alternative name IP:${bare}`,
      rules === "java" ? {} : "none",
    );
  }
  const remedy = nameRemedy(address, rules, java);
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
