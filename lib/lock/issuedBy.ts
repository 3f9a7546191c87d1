import { certificateOf } from "./certificates";
import { type Generation, type Lock, type LockedIdentity, type PinnedChain, anchorOf, leafOf } from "./lock";

/** Whether somebody else's key vouches for a certificate: a root is its own anchor, cross-signed or not. */
export function isIssued(pinned: PinnedChain): boolean {
  return !isSame(leafOf(pinned), anchorOf(pinned));
}

/** The certificates that an authority's generation presents above what it issues: its own, or what cross-signs it. */
export function issuingChain({ chain, anchor }: PinnedChain): readonly Uint8Array[] {
  return chain.length > 1 && anchor !== undefined && isSame(chain[0], anchor) ? chain.slice(1) : chain;
}

/** Whether a certificate was issued by this generation of an authority. */
export function isIssuedBy({ chain }: PinnedChain, issuer: PinnedChain): boolean {
  return isSame(chain[1], leafOf(issuer)) || isSame(chain[1], issuingChain(issuer)[0]);
}

/** Identity id of the authority that issued a pinned identity; undefined where none of this lock did. */
export function lockedIssuerId(lock: Lock, identity: LockedIdentity): string | undefined {
  const { request } = identity;
  if (typeof request !== "string") {
    return request.kind === "issued" || request.kind === "authority" ? request.issuerId : undefined;
  }
  // Version 1 recorded a digest.
  const authorities = [...lock.identities].filter(([, { kind }]) => kind === "authority");
  return authorities.find(([, authority]) => authority !== identity && isIssuedBy(identity, authority))?.[0];
}

/** The chain without the certificate that cross-signs its root: it ends in the root itself again. */
export function withoutCrossCertificate(pinned: Generation): Generation {
  const { anchor: root, ...others } = pinned;
  const last = pinned.chain.at(-1);
  if (root === undefined || last === undefined || !isCrossCertificate(last, root)) return pinned;
  const below = pinned.chain.slice(0, -1);
  return { ...others, chain: isSame(below.at(-1), root) ? below : [...below, root] };
}

/** Another certificate for the root's name and key. */
function isCrossCertificate(certificate: Uint8Array, root: Uint8Array): boolean {
  const [cross, own] = [certificateOf(certificate), certificateOf(root)];
  return (
    !isSame(certificate, root) &&
    cross.subject.equals(own.subject) &&
    Buffer.compare(cross.spki, own.spki) === 0
  );
}

function isSame(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && Buffer.compare(one, other) === 0;
}
