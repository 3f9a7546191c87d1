import { type Finding, type HopPlan, type HopVerdict, type TrustPlan, planIndex } from "../model";

/** One call, as a row of the table that a deploy ends with. */
export interface TestedHop {
  /** Id of the hop in the plan. */
  readonly id: string;
  /** The system that calls. */
  readonly from: string;
  /** Name or address, and port, that it calls. */
  readonly to: string;
  /** False where a deploy is refused because of it. */
  readonly ok: boolean;
  /** `trusted through …`, or the cause of the refusal. */
  readonly reason: string;
  /** Whether a handshake was made; a key that stays on its host, and a partner's server, are judged by rules alone. */
  readonly isRehearsed: boolean;
  /** What the rules found; `rule` is the id that the pages of the rules have. */
  readonly findings: readonly Finding[];
}

/** What there is to say of the stacks of an environment, whether or not they could be deployed. */
export interface TestJudgement {
  readonly environment: string;
  /** What all stacks declare together, with the certificates of the test. */
  readonly plan: TrustPlan;
  readonly hops: readonly TestedHop[];
  /** Errors refuse a deploy, warnings are shown. */
  readonly findings: readonly Finding[];
  /** Ids of identities that a certificate of the test stands for, because theirs is on a host or in a file that is not at hand. */
  readonly standIns: readonly string[];
}

/** The rows of a plan's calls. */
export function testedHops(
  plan: TrustPlan,
  findings: readonly Finding[],
  verdicts: readonly HopVerdict[],
): TestedHop[] {
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.hopId, verdict]));
  return plan.hops.map((hop) => {
    const about = findings.filter(({ subject }) => subject === hop.id);
    const verdict = verdictOf.get(hop.id);
    const cause = about.find(({ level }) => level === "error");
    const isRehearsed = verdict !== undefined && about.every(({ rule }) => rule !== "not-rehearsed");
    return {
      id: hop.id,
      from: hop.clientName,
      to: callOf(plan, hop),
      ok: cause === undefined,
      reason:
        cause?.message ??
        verdict?.reason ??
        "nothing is known against it, and its server is not ours to prove",
      isRehearsed: cause === undefined && isRehearsed,
      findings: about,
    };
  });
}

function callOf(plan: TrustPlan, { endpointId, address }: HopPlan): string {
  const endpoint = planIndex(plan).endpoint(endpointId);
  return endpoint === undefined ? address : `${address}:${endpoint.port}`;
}
