import {
  type Generation,
  type Lock,
  type LockedIdentity,
  type OpenLock,
  type PinOptions,
  pinIdentities,
} from "../../lib/lock";
import type { TrustPlan } from "../../lib/model";

/** What a step of a rotation makes of an identity. */
type Step = (identity: LockedIdentity) => LockedIdentity;

/** The lock with a next generation of identities, and of what they issued, trusted beside the one that is served. */
export function announced(
  open: OpenLock,
  {
    plan,
    renew,
    ...made
  }: Pick<PinOptions, "now" | "randomBytes"> & {
    readonly plan: TrustPlan;
    readonly renew: readonly string[];
  },
): Lock {
  const { lock } = open;
  const renewed = pinIdentities({
    plan,
    lock,
    open: () => open,
    frozen: false,
    renew: new Set(renew),
    ...made,
    readFile: () => undefined,
    resolveSecret: () => {
      throw new Error("no secret was expected");
    },
  }).lock;
  return withEach(lock, (identity, id) => {
    const next = renewed?.identities.get(id);
    if (next === undefined || next.generation === identity.generation) return identity;
    return { ...identity, rotation: { phase: "announced", other: generationOf(next), evidence: [] } };
  });
}

/** The next generation is served; of a lock that is announced. */
export const switched = (lock: Lock): Lock => withEach(lock, exchanged("switched"));

/** The former generation is served again; of a lock that is switched. */
export const switchedBack = (lock: Lock): Lock => withEach(lock, exchanged("announced"));

/** One generation is left, the one that is served. */
export const steady = (lock: Lock): Lock =>
  withEach(lock, ({ rotation, ...identity }) => {
    if (rotation?.phase !== "switched") return identity;
    const { privateKey: _, ...previous } = rotation.other;
    return { ...identity, previous };
  });

function exchanged(phase: "announced" | "switched"): Step {
  return ({ rotation, privateKey, ...identity }) => {
    if (rotation === undefined) return { ...identity, ...(privateKey === undefined ? {} : { privateKey }) };
    const other = generationOf({ ...identity, ...(privateKey === undefined ? {} : { privateKey }) });
    const { anchor: _, ...rest } = identity;
    return {
      ...rest,
      ...rotation.other,
      rotation: { phase, other, ...(phase === "switched" ? { wasAnnounced: true } : {}), evidence: [] },
    };
  };
}

function withEach(lock: Lock, change: (identity: LockedIdentity, id: string) => LockedIdentity): Lock {
  const identities = [...lock.identities].map(([id, identity]) => [id, change(identity, id)] as const);
  return { ...lock, identities: new Map(identities) };
}

function generationOf({ generation, chain, anchor, privateKey }: Generation): Generation {
  return {
    generation,
    chain,
    ...(anchor === undefined ? {} : { anchor }),
    ...(privateKey === undefined ? {} : { privateKey }),
  };
}
