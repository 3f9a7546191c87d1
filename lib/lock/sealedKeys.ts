import type { Generation, Lock, LockedIdentity, PendingRequest, SealedKey } from "./lock";
import { type LockedPart, lockedParts, withParts } from "./lockedParts";

/** What a sealed key is bound to: a generation by its certificate, or a request that waits for one. */
export type KeyHolder = Generation | PendingRequest;

/** The identity with each of its sealed keys, those of all generations that have one, in another form. */
export function withSealedKeys<Part extends LockedPart>(
  identity: Part,
  change: (holder: KeyHolder, sealed: SealedKey) => SealedKey | undefined,
): Part {
  const { requested } = identity;
  return {
    ...("chain" in identity ? withGenerationKeys(identity, change) : identity),
    ...(requested === undefined ? {} : { requested: withSealedKey(requested, change) }),
  } as Part;
}

function withGenerationKeys(
  identity: LockedIdentity,
  change: (holder: KeyHolder, sealed: SealedKey) => SealedKey | undefined,
): LockedIdentity {
  const { rotation } = identity;
  return {
    ...withSealedKey(identity, change),
    ...(rotation === undefined
      ? {}
      : { rotation: { ...rotation, other: withSealedKey(rotation.other, change) } }),
  };
}

/** The lock with every sealed key in another form. */
export function lockWithSealedKeys(
  lock: Lock,
  change: (identityId: string, holder: KeyHolder, sealed: SealedKey) => SealedKey | undefined,
): Lock {
  const parts = [...lockedParts(lock)].map(([id, identity]): [string, LockedPart] => [
    id,
    withSealedKeys(identity, (holder, sealed) => change(id, holder, sealed)),
  ]);
  return withParts(lock, new Map(parts));
}

/** Whether a key of any generation is in the lock. */
export function hasSealedKey(identity: LockedPart): boolean {
  if (identity.requested?.privateKey !== undefined) return true;
  if (!("chain" in identity)) return false;
  return identity.privateKey !== undefined || identity.rotation?.other.privateKey !== undefined;
}

function withSealedKey<Holder extends KeyHolder>(
  holder: Holder,
  change: (holder: KeyHolder, sealed: SealedKey) => SealedKey | undefined,
): Holder {
  const { privateKey, ...others } = holder;
  if (privateKey === undefined) return holder;
  const changed = change(holder, privateKey);
  return { ...others, ...(changed === undefined ? {} : { privateKey: changed }) } as Holder;
}
