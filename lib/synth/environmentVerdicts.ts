import type { EnvironmentVerdicts, Finding, HopVerdict, TrustPlan, VerdictReport } from "../model";
import { isoSeconds } from "../model/day";
import { groupBy } from "../model/groupBy";
import { reportVerdicts } from "../verify";

/** What a synth has of an environment once it is judged, whether or not it is refused. */
export interface JudgedEnvironment {
  readonly plan: TrustPlan;
  readonly findings: readonly Finding[];
  readonly verdicts: readonly HopVerdict[];
  /** When it was judged. */
  readonly at: Date;
}

/** The same for maps and tools: of each hop that was rehearsed, or that the rules refuse, its verdict. */
export function environmentVerdicts({
  plan,
  findings,
  verdicts,
  at,
}: JudgedEnvironment): EnvironmentVerdicts {
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.hopId, verdict]));
  const findingsOf = groupBy(findings, ({ subject }) => subject);
  const reports = plan.hops.flatMap(({ id }): VerdictReport[] => {
    const rehearsed = verdictOf.get(id);
    const about = findingsOf.get(id) ?? [];
    const error = about.find(({ level }) => level === "error");
    if (rehearsed === undefined && error === undefined) return [];
    const verdict: HopVerdict = {
      ...(rehearsed ?? { hopId: id, reason: error?.message ?? "" }),
      ok: (rehearsed?.ok ?? true) && error === undefined,
      findings: about,
    };
    const isShaken = rehearsed !== undefined && about.every(({ rule }) => rule !== "not-rehearsed");
    return reportVerdicts(plan, [verdict], { source: isShaken ? "rehearsed" : "rules", at });
  });
  return { at: isoSeconds(at), plan, verdicts: reports };
}
