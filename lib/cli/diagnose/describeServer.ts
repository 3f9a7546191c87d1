import { describeReader } from "../../keystore";
import { type RuleId, sentenceOf } from "../../rules";
import type { Presented, PresentingCaller, ServerDiagnosis, VerdictReport } from "../../verify";
import type { Comparison } from "./against";

/** Authorities and signatures that are shown to people; the JSON has all. */
const SHOWN = 5;

/** Rules of connections that do not come about. */
const UNREACHED: ReadonlySet<string> = new Set<RuleId>(["not-listening", "name-not-resolved", "no-answer"]);

/** What was seen of a server under one name, for people. */
export function describeServer(server: ServerDiagnosis): string[] {
  const { chain, protocols, protocol, plainHttp, trusted, trustedThrough, answers, asksAfterHandshake } =
    server;
  const [leaf] = chain;
  const speaks =
    protocols.length > 0 ? protocols.join(", ") : (protocol ?? (plainHttp ? "plain HTTP" : "no TLS"));
  const isReached = !server.findings.some(({ rule }) => UNREACHED.has(rule));
  const names = leaf?.subjectAltNames.map(({ value }) => value).join(", ") ?? "";
  return [
    `${server.address} ${isReached ? `speaks ${speaks}` : "was not reached"}`,
    ...(server.address.startsWith(`${server.servername}:`) ? [] : [`  called    ${server.servername}`]),
    ...chain.map(
      ({ subject, issuer, keyAlgorithm, notAfter, sha256 }) =>
        `  presents  ${subject}, ${keyAlgorithm}, until ${notAfter.slice(0, 10)}, issued by ${issuer === subject ? "itself" : issuer}, SHA-256 ${sha256}`,
    ),
    ...(leaf === undefined ? [] : [`  names     ${names === "" ? "none" : names}`]),
    ...(trusted === undefined ? [] : [`  trusted   ${trusted ? `through ${trustedThrough}` : "no"}`]),
    ...(leaf === undefined ? [] : [`  asks for  ${demand(server)}`]),
    ...(server.signatures === undefined ? [] : [`  signed    by ${bounded(server.signatures, ", ")}`]),
    ...(asksAfterHandshake === undefined
      ? []
      : [`  later     in another handshake, in ${asksAfterHandshake}${whom(server)}`]),
    ...Object.entries(answers ?? {}).map(([version, answer]) => `  answers   ${answer} (${version})`),
  ];
}

/** Whom it asks for once it sees a request, where that could be read. */
function whom({ signatures, authorities }: ServerDiagnosis): string {
  if (signatures === undefined) return "";
  return `: a client certificate of ${authorities.length === 0 ? "any authority" : bounded(authorities, "; ")}`;
}

function demand({ asksForCertificate, authorities, clientAuthentication }: ServerDiagnosis): string {
  if (!asksForCertificate) return "no client certificate in the handshake";
  const insists = {
    none: "",
    request: "; it goes on without one",
    require: "; it refuses who has none",
  }[clientAuthentication ?? "none"];
  return `a client certificate of ${authorities.length === 0 ? "any authority" : bounded(authorities, "; ")}${insists}`;
}

function bounded(items: readonly string[], separator: string): string {
  const more = items.length - SHOWN;
  const shown = items.slice(0, SHOWN).join(separator);
  return more > 0 ? `${shown} and ${more} more` : shown;
}

/** What a caller sends there, and what comes of it. */
export function describePresented(
  { asksForCertificate, asksAfterHandshake }: ServerDiagnosis,
  { java }: Pick<PresentingCaller, "java">,
  presented: Presented,
): string[] {
  const { alias, sha256, notSent, answer } = presented;
  const outcomes = { "goes-on": "goes on with it", refuses: "refuses it", silent: "says nothing to it" };
  const isAsked = asksForCertificate || asksAfterHandshake !== undefined;
  const nothing = isAsked ? "nothing: a certificate of length zero" : "nothing: it is not asked for it";
  const sends = alias === undefined ? nothing : `"${alias}", SHA-256 ${sha256}`;
  return [
    `  ${describeReader(java)} sends ${sends}`,
    // Of a single one it is the cause that is told below.
    ...(notSent.length > 1 ? notSent : []).map((each) => `    not "${each.alias}": ${each.reason}`),
    ...(answer === undefined
      ? []
      : [`  server    ${outcomes[answer.outcome]}${answer.text === undefined ? "" : `: ${answer.text}`}`]),
  ];
}

/** Whether it works, and otherwise the one cause and what to do. */
export function describeVerdict({ ok, reason, refusedBy, findings }: VerdictReport): string[] {
  const cause = findings.find(({ level }) => level === "error");
  if (ok || cause === undefined) return [`ok: ${reason}`];
  return [
    `FAILS${refusedBy === undefined ? "" : ` at the ${refusedBy}`}: ${cause.rule}: ${cause.message}`,
    ...(cause.remedy === undefined ? [] : [`  to do: ${cause.remedy}`]),
  ];
}

/** Findings that are not told as the cause. */
export function describeFindings(
  findings: VerdictReport["findings"],
  told: VerdictReport["findings"][number] | undefined,
): string[] {
  return findings
    .filter((found) => found !== told)
    .map((found) => `${found.level} ${found.rule}: ${sentenceOf(found)}`);
}

/** Old against new. */
export function describeComparison({ against, differences }: Comparison): string[] {
  if (differences.length === 0) return [`the same as ${against}`];
  return [
    `differs from ${against}`,
    ...differences.flatMap(({ what, now, before }) => [
      `  ${what.padEnd(12)} ${now}`,
      `  ${"".padEnd(12)} before: ${before}`,
    ]),
  ];
}
