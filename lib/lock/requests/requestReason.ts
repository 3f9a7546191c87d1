import type { RequestedIdentityRequest } from "../../model";
import { day, endsWithin } from "../../model/day";
import { certificateOf } from "../certificates";
import { newestOf } from "../generations";
import { type LockedIdentity, leafOf } from "../lock";
import type { LockedPart } from "../lockedParts";
import { askedBefore, notAsked } from "./asked";

export interface RequestReasonOptions {
  readonly now: Date;
  /** Whether somebody asked for another certificate. */
  readonly isRenewed: boolean;
  readonly renewWithinDays: number;
}

/**
 * Why another certificate has to be asked for; undefined where the one that is pinned will do, or one is asked for
 * already.
 */
export function reasonToRequest(
  request: RequestedIdentityRequest,
  part: LockedPart | undefined,
  { now, isRenewed, renewWithinDays }: RequestReasonOptions,
): string | undefined {
  const before = askedBefore(part);
  const different = before === undefined ? [] : notAsked(request, before);
  if (part?.requested !== undefined) {
    return different.length === 0
      ? undefined
      : `it is declared differently since its certificate was requested: ${different.join(", ")}`;
  }
  if (part === undefined || !("chain" in part)) return "it is declared and not in the lock";
  if (before === undefined) return `it is requested, and was ${part.kind}`;
  if (different.length > 0) {
    return `it is declared differently since generation ${newestOf(part).generation} was pinned: ${different.join(", ")}`;
  }
  return isRenewed ? "a new generation was asked for" : expiryReason(part, now, renewWithinDays);
}

function expiryReason(part: LockedIdentity, now: Date, renewWithinDays: number): string | undefined {
  const newest = newestOf(part);
  const { notAfter } = certificateOf(leafOf(newest));
  // What ends soon is in good hands in a rotation.
  if (!endsWithin(notAfter, now, part.rotation === undefined ? renewWithinDays : 0)) return undefined;
  return `generation ${newest.generation} ${notAfter > now ? "expires" : "expired"} on ${day(notAfter)}`;
}
