import type { Generation, LockedIdentity, SealedKey } from "./lock";

/** The identity with each of its sealed keys, those of all generations that have one, in another form. */
export function withSealedKeys(
  identity: LockedIdentity,
  change: (generation: Generation, sealed: SealedKey) => SealedKey | undefined,
): LockedIdentity {
  const { rotation } = identity;
  return {
    ...withSealedKey(identity, change),
    ...(rotation === undefined
      ? {}
      : { rotation: { ...rotation, other: withSealedKey(rotation.other, change) } }),
  };
}

/** Whether a key of any generation is in the lock. */
export function hasSealedKey({ privateKey, rotation }: LockedIdentity): boolean {
  return privateKey !== undefined || rotation?.other.privateKey !== undefined;
}

function withSealedKey<Pinned extends Generation>(
  generation: Pinned,
  change: (generation: Generation, sealed: SealedKey) => SealedKey | undefined,
): Pinned {
  const { privateKey, ...pinned } = generation;
  if (privateKey === undefined) return generation;
  const changed = change(generation, privateKey);
  return { ...pinned, ...(changed === undefined ? {} : { privateKey: changed }) } as Pinned;
}
