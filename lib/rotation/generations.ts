import { type Lock, type PinnedChain, anchorOf } from "../lock";
import { type ChainPart, certificateAt } from "../model";

/** The two generations of an identity in rotation. */
export interface Generations {
  readonly older: PinnedChain;
  readonly newer: PinnedChain;
}

/** Undefined for an identity that is not in rotation. */
export function generationsOf(lock: Lock, identityId: string): Generations | undefined {
  const identity = lock.identities.get(identityId);
  if (identity?.rotation === undefined) return undefined;
  const { phase, other } = identity.rotation;
  return phase === "announced" ? { older: identity, newer: other } : { older: other, newer: identity };
}

/** DER of a part of a generation's chain. */
export function partOf(pinned: PinnedChain, part: ChainPart): Uint8Array {
  return certificateAt({ chain: pinned.chain, anchor: anchorOf(pinned) }, part);
}

/** The part of the newer generation; undefined where the older one has the same, so that nobody has to trust it anew. */
export function newPart({ older, newer }: Generations, part: ChainPart): Uint8Array | undefined {
  const certificate = partOf(newer, part);
  return Buffer.from(certificate).equals(partOf(older, part)) ? undefined : certificate;
}
