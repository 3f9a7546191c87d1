import { endsWithin } from "../model/day";
import { certificateOf } from "./certificates";
import { type Generation, type PinnedChain, anchorOf, leafOf } from "./lock";

/** Whether somebody who relies on an identity has to read another certificate before its next generation is served. */
export type TrustsAnew = (identityId: string, before: PinnedChain, next: PinnedChain) => boolean;

export interface NextGeneration {
  readonly id: string;
  readonly before: Generation;
  readonly next: PinnedChain;
  readonly now: Date;
  /** @default - where what others must trust is another certificate */
  readonly trustsAnew?: TrustsAnew;
}

/**
 * Whether a next generation that came from elsewhere would fail calls if it took the place of the one before at once.
 * Nothing is lost where that one is not served from here, or has ended.
 */
export function needsAnnouncing({
  id,
  before,
  next,
  now,
  trustsAnew = hasAnotherAnchor,
}: NextGeneration): boolean {
  if (before.privateKey === undefined) return false;
  if (endsWithin(certificateOf(leafOf(before)).notAfter, now, 0)) return false;
  return trustsAnew(id, before, next);
}

function hasAnotherAnchor(_id: string, before: PinnedChain, next: PinnedChain): boolean {
  return Buffer.compare(anchorOf(before), anchorOf(next)) !== 0;
}
