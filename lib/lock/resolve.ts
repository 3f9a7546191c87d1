import { type PinnedGeneration, type PinnedIdentity, parseGenerationId } from "../model";
import { summarise, toPem } from "../pki";
import { certificateOf } from "./certificates";
import { notInLock } from "./errors";
import { type Lock, type PinnedChain, anchorOf } from "./lock";
import type { OpenLock } from "./openLock";

/** What artifacts and rehearsals are made of. */
export interface ResolvedIdentity {
  /** DER, leaf first. */
  readonly chain: readonly Buffer[];
  /** DER of what others must trust. */
  readonly anchor: Buffer;
  /** PKCS#8 DER; absent where the key stays on its host, or the lock is not open. */
  readonly privateKey?: Buffer;
}

/** What the plan says of a pinned identity, in the clear; undefined where the lock does not hold it. */
export function pinnedIdentity(lock: Lock, identityId: string): PinnedIdentity | undefined {
  const identity = lock.identities.get(identityId);
  if (identity === undefined) return undefined;
  const { rotation } = identity;
  return {
    ...pinnedGeneration(identity),
    ...(rotation === undefined
      ? {}
      : {
          rotation: {
            phase: rotation.phase,
            other: pinnedGeneration(rotation.other),
            ...(rotation.wasAnnounced === undefined ? {} : { wasAnnounced: true }),
          },
        }),
  };
}

function pinnedGeneration(pinned: PinnedChain): PinnedGeneration {
  const anchor = anchorOf(pinned);
  return {
    generation: pinned.generation,
    chain: pinned.chain.map((der) => summarise(certificateOf(der))),
    anchor: summarise(certificateOf(anchor)),
    anchorPem: toPem(anchor, "CERTIFICATE"),
  };
}

/**
 * The bytes of an identity, or of the generation beside it that is trusted and not served, which comes without its key.
 *
 * @param identityId id of the identity, or of the generation (`generationId`)
 * @param open the open lock; without it the private key is left out
 * @throws LockError `not-in-lock`, `tampered-lock`
 */
export function resolveIdentity(lock: Lock, identityId: string, open?: OpenLock): ResolvedIdentity {
  const identity = lock.identities.get(identityId);
  const pinned = identity ?? otherGeneration(lock, identityId);
  if (pinned === undefined) throw notInLock(identityId, "certificate");
  return {
    chain: pinned.chain.map((der) => Buffer.from(der)),
    anchor: Buffer.from(anchorOf(pinned)),
    ...(open === undefined || identity?.privateKey === undefined
      ? {}
      : { privateKey: open.withLock(lock).privateKey(identityId) }),
  };
}

/** The generation that is trusted and not served, by its own id; undefined where the lock has none of that id. */
export function otherGeneration(lock: Lock, id: string): PinnedChain | undefined {
  const parsed = parseGenerationId(id);
  const other = parsed === undefined ? undefined : lock.identities.get(parsed.identityId)?.rotation?.other;
  return other?.generation === parsed?.generation ? other : undefined;
}

/** Alias under which somebody else's entry of a truststore holds a certificate (SHA-256, `AB:CD:…`). */
export function observedAlias(lock: Lock, place: string, sha256: string): string | undefined {
  return lock.observations.get(place)?.anchors.get(sha256);
}
