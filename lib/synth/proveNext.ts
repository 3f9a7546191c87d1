import { type Finding, type TrustPlan, planIndex, stackOf } from "../model";
import { finding, refusal, sentenceOf } from "../rules";
import { materialise } from "./artifacts/materialise";
import type { EnvironmentLock } from "./plan/environmentLock";
import { type ProvableStack, prove } from "./prove";

/** A stack with what it declares, before the lock was asked. */
export interface DeclaredStack extends ProvableStack {
  readonly declared: TrustPlan;
}

/**
 * What would keep an announced generation from being served: the calls that present it, with the keys of afterwards, on
 * the truststores of now, which hold it already. What fails as things are is said of these, and not again.
 */
export function proveNext(
  stacks: readonly DeclaredStack[],
  lock: EnvironmentLock,
  { now, known }: { readonly now: Date; readonly known: readonly Finding[] },
): Finding[] {
  const next = lock.onceSwitched();
  if (next === undefined) return [];
  const switched = stacks.map(({ declared, isChosen, artifacts }): ProvableStack => {
    const plan = next.pinned(declared);
    const { secret, readFile } = next;
    const identity = (id: string) => next.identity(id);
    const made = artifacts === undefined ? undefined : materialise({ plan, identity, secret, readFile });
    return { plan: { ...plan, hops: changingHops(plan) }, isChosen, artifacts: made };
  });
  const changing = new Set(switched.flatMap(({ plan }) => plan.hops.map(({ id }) => id)));
  const failing = new Set(known.filter(({ level }) => level === "error").map(keyOf));
  return prove(switched, next, now)
    .findings.filter((found) => found.level === "error" && changing.has(found.subject))
    .filter((found) => !failing.has(keyOf(found)))
    .map((found) =>
      finding(
        found.subject,
        refusal(
          "next-generation-refused",
          `with the generation that is announced this call would fail (${found.rule}): ${sentenceOf(found)}`,
        ),
      ),
    );
}

/** Calls to or from something that changes; one to an endpoint of another stack is that stack's to look at, too. */
function changingHops(plan: TrustPlan): TrustPlan["hops"] {
  const { identity, endpoint, binding } = planIndex(plan);
  const changes = (id: string | undefined) => identity(id)?.pinned?.rotation?.wasAnnounced === true;
  return plan.hops.filter((hop) => {
    const server = endpoint(hop.endpointId);
    // An endpoint of another stack may change without this plan knowing.
    const isElsewhere = server === undefined && stackOf(hop.endpointId) !== plan.stack;
    return isElsewhere || changes(server?.identityId) || changes(binding(hop.bindingId)?.identityId);
  });
}

function keyOf({ subject, rule }: Finding): string {
  return `${subject} ${rule}`;
}
