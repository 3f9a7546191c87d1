import { evidenceOf } from "../hop";
import { describeReader } from "../keystore";
import type { Finding, JavaRuntimePlan, VerdictReport } from "../model";
import { isoSeconds } from "../model/day";
import type { SeenDiagnosis } from "./diagnoseServer";
import type { Presented } from "./presentTo";

/** Who called a server that runs, as far as it was said. */
export interface LiveCaller {
  readonly java: JavaRuntimePlan;
  /** @default - no keystore was given */
  readonly presented?: Presented;
}

/** Whether a Java shakes hands with a server that runs, by what was looked at: its trust, its certificate, or both. */
export function liveVerdict(server: SeenDiagnosis, { java, presented }: LiveCaller, at: Date): VerdictReport {
  const { diagnosis, judgement } = server;
  const { address, servername, chain } = diagnosis;
  const findings = withoutRepeats([
    ...diagnosis.findings.filter(({ rule }) => presented === undefined || rule !== "no-client-certificate"),
    ...(presented?.findings ?? []),
  ]);
  const cause = findings.find(({ level }) => level === "error");
  const ok = cause === undefined && chain.length > 0;
  const [leaf] = chain;
  const isRefusedByClient = judgement?.refusedBy === "client";
  const isMissed = presented?.alias === undefined && diagnosis.clientAuthentication === "require";
  const isRefusedByServer = presented !== undefined && (isMissed || presented.answer?.outcome === "refuses");
  const {
    serves: _serves,
    refusedBy: _refusedBy,
    ...evidence
  } = judgement === undefined ? {} : evidenceOf(judgement);
  return {
    hopId: address,
    client: describeReader(java),
    server: servername,
    address,
    ok,
    reason: cause?.message ?? reasonOf(server, presented),
    ...(ok || !(isRefusedByClient || isRefusedByServer)
      ? {}
      : { refusedBy: isRefusedByClient ? "client" : "server" }),
    ...(leaf === undefined ? {} : { serves: leaf.sha256 }),
    ...evidence,
    ...(presented?.sha256 === undefined ? {} : { presents: presented.sha256 }),
    source: "live",
    at: isoSeconds(at),
    findings,
  };
}

function reasonOf({ diagnosis }: SeenDiagnosis, presented: Presented | undefined): string {
  const { chain, trustedThrough } = diagnosis;
  if (chain.length === 0) return "no certificate was presented";
  const trust = trustedThrough === undefined ? [] : [`trusted through ${trustedThrough}`];
  return [...trust, ...sent(presented)].join(", ") || "the server presents itself";
}

function sent(presented: Presented | undefined): readonly string[] {
  if (presented?.alias === undefined) return [];
  return presented.answer?.outcome === "goes-on"
    ? [`the server goes on with "${presented.alias}"`]
    : [`the server was shown "${presented.alias}" and said nothing`];
}

/** What handshakes did not show, each as a sentence without its end. */
export function unshown(
  { diagnosis }: SeenDiagnosis,
  { presented, sentRequest }: { readonly presented?: Presented; readonly sentRequest: boolean },
): readonly string[] {
  const { chain, trusted, asksForCertificate, asksAfterHandshake, clientAuthentication, answers } = diagnosis;
  if (chain.length === 0) return [];
  const shown = presented?.answer?.outcome;
  return [
    ...(trusted === undefined ? ["whether a caller trusts it: no --truststore was given"] : []),
    ...(asksForCertificate && clientAuthentication === undefined
      ? ["whether it insists on a client certificate: it said nothing to having got none"]
      : []),
    ...(asksForCertificate && presented === undefined
      ? ["what a client would send, and whether it is taken: no --keystore was given"]
      : []),
    ...(shown === "silent"
      ? [
          `whether it takes "${presented?.alias}": it had said nothing when we left; a request would show it (--path)`,
        ]
      : []),
    ...(shown === "goes-on" ? ["to which user it maps the certificate, and what that one may do"] : []),
    ...(sentRequest || asksForCertificate
      ? []
      : ["whether it asks for a certificate once it sees a request: none was sent (--path)"]),
    ...(answers?.["TLSv1.3"] !== undefined && !asksForCertificate && asksAfterHandshake === undefined
      ? [
          "whether it misses a certificate: in TLS 1.3 it may ask after the handshake only those who offer that, and Java does not, so that its answer is all there is",
        ]
      : []),
  ];
}

function withoutRepeats(findings: readonly Finding[]): Finding[] {
  return findings.filter(
    ({ message }, at) => findings.findIndex((other) => other.message === message) === at,
  );
}
