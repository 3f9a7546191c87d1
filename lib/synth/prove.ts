import { checkPlan, isWeakPassword } from "../check";
import { HopReader, rehearse } from "../hop";
import { type Finding, type HopVerdict, type TrustPlan, planIndex } from "../model";
import { finding, refusal } from "../rules";
import type { Artifact } from "./artifacts/artifactFolder";
import { ArtifactSource } from "./artifacts/artifactSource";
import { packageFile } from "./packageFile";
import type { EnvironmentLock } from "./plan/environmentLock";
import { planOfAll } from "./plan/environmentPlan";

/** A stack to be proven; those that are not chosen are only looked at where a hop leads to them. */
export interface ProvableStack {
  readonly plan: TrustPlan;
  readonly isChosen: boolean;
  /** Undefined where none are made, because no secret is to be asked for. */
  readonly artifacts: readonly Artifact[] | undefined;
}

/** What there is to say of the chosen stacks. */
export interface Proof {
  readonly findings: readonly Finding[];
  /** Of each hop that a handshake was made for, or that the rules alone decided. */
  readonly verdicts: readonly HopVerdict[];
}

/** Rules over the chosen stacks and, where there are artifacts, a handshake on their bytes for every hop. */
export function prove(stacks: readonly ProvableStack[], lock: EnvironmentLock, now: Date): Proof {
  const chosen = stacks.filter(({ isChosen }) => isChosen).map(({ plan }) => plan);
  if (chosen.length === 0) return { findings: [], verdicts: [] };
  const plan = planOfAll(chosen);
  const made = stacks.filter(({ artifacts }) => artifacts !== undefined);
  const all = { ...planOfAll(stacks.map((stack) => stack.plan)), hops: plan.hops };
  const source = new ArtifactSource({
    plan: all,
    artifacts: made.flatMap(({ plan: { stack }, artifacts = [] }) =>
      artifacts.map(({ path, bytes }) => ({ path: `${stack}/${path}`, bytes })),
    ),
    identity: (id) => lock.identity(id),
    secret: lock.secret,
  });
  const reader = new HopReader(all, source, now);
  const read = all.hops
    .filter(({ endpointId }) => planIndex(all).endpoint(endpointId) !== undefined)
    .map((hop) => reader.read(hop));
  const hops = read.flatMap(({ material }) => material ?? []);
  const opened = made.map((stack) => stack.plan);
  const ruled = checkPlan(
    plan,
    {
      hops,
      chains: new Map(plan.identities.flatMap(({ id }) => chainOf(lock, id))),
      weakStoreIds: new Set(opened.flatMap((each) => weakStores(each, lock))),
      otherKeyPasswordEntryIds: new Set(opened.flatMap((each) => otherKeyPasswords(each, lock))),
    },
    now,
  );
  const findings = [...read.flatMap((hop) => hop.findings), ...ruled];
  if (made.length === 0) return { findings, verdicts: [] };
  const verdicts = rehearse(hops, { entry: packageFile("dist/rehearse.cjs") });
  const failures = verdicts.flatMap((verdict) => [
    ...verdict.findings,
    ...(verdict.ok || verdict.findings.some(({ level }) => level === "error")
      ? []
      : [failedHandshake(verdict)]),
  ]);
  return { findings: [...findings, ...failures], verdicts };
}

function failedHandshake({ hopId, reason }: HopVerdict): Finding {
  return finding(hopId, refusal("handshake-failed", reason, undefined, "none"));
}

function chainOf(lock: EnvironmentLock, identityId: string): [string, readonly Uint8Array[]][] {
  const identity = lock.identity(identityId);
  return identity === undefined ? [] : [[identityId, identity.chain]];
}

function weakStores(plan: TrustPlan, lock: EnvironmentLock): string[] {
  return plan.stores.filter(({ password }) => isWeakPassword(lock.secret(password))).map(({ id }) => id);
}

function otherKeyPasswords(plan: TrustPlan, lock: EnvironmentLock): string[] {
  const passwords = new Map(plan.stores.map(({ id, password }) => [id, password]));
  return plan.entries.flatMap((entry) => {
    const storePassword = passwords.get(entry.storeId);
    if (entry.kind !== "key" || entry.keyPassword === undefined || storePassword === undefined) return [];
    return lock.secret(entry.keyPassword) === lock.secret(storePassword) ? [] : [entry.id];
  });
}
