import type { Generation, LockedIdentity, PinnedChain, Rotation } from "./lock";

/** The generations of an identity. */
export interface Generations {
  readonly current: Generation;
  readonly rotation?: Rotation;
  readonly previous?: PinnedChain;
}

/** The identity with other generations; what it is about stays. It still has to be signed. */
export function withGenerations(
  { kind, request, defaults, formerIds, file, observedIn }: Omit<LockedIdentity, keyof Generation>,
  { current, rotation, previous }: Generations,
): LockedIdentity {
  return {
    ...generationOf(current),
    kind,
    request,
    defaults,
    formerIds,
    ...(file === undefined ? {} : { file }),
    ...(observedIn === undefined ? {} : { observedIn }),
    ...(previous === undefined ? {} : { previous }),
    ...(rotation === undefined ? {} : { rotation }),
  };
}

/** What is served stays, and the next one is trusted beside it. */
export function announcedBeside(before: LockedIdentity, next: Generation): Generations {
  return {
    current: generationOf(before),
    rotation: { phase: "announced", other: next, evidence: [] },
    ...(before.previous === undefined ? {} : { previous: before.previous }),
  };
}

/** The current generation alone. */
export function generationOf(identity: Generation): Generation {
  const { privateKey } = identity;
  return { ...withoutKey(identity), ...(privateKey === undefined ? {} : { privateKey }) };
}

/** The certificates of a generation that nobody serves any more. */
export function withoutKey({ generation, chain, anchor }: PinnedChain): PinnedChain {
  return { generation, chain, ...(anchor === undefined ? {} : { anchor }) };
}

/** The certificates that others may still present or trust, without the key. */
export function previousOf(before: LockedIdentity | undefined): { previous?: PinnedChain } {
  return before === undefined ? {} : { previous: withoutKey(before) };
}

/** The generation that was made last: the next one while announced, else the current one. */
export function newestOf(identity: LockedIdentity): Generation {
  const { rotation } = identity;
  return rotation?.phase === "announced" ? rotation.other : identity;
}

/** The number of a generation that is made now. */
export function nextNumber(identity: LockedIdentity | undefined): number {
  return identity === undefined ? 1 : newestOf(identity).generation + 1;
}
