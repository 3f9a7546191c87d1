import type { Lock } from "./lock";
import { type LockedPart, lockedParts, withParts } from "./lockedParts";
import type { OpenLock } from "./openLock";
import type { RandomBytes } from "./recipients";
import type { RequestRecord } from "./requestRecord";
import { withSealedKeys } from "./sealedKeys";

/** One identity that is called otherwise from now on. */
export interface RenamedIdentity {
  readonly from: string;
  readonly to: string;
}

/**
 * Gives identities of a lock other ids, with the same keys, certificates and generations: private keys are sealed for
 * the new id, what an authority issued names it by the new one, and `formerIds` keeps the old one. Observations name
 * places on hosts, so they stay. The lock still has to be signed.
 *
 * @param newIdOf the new id of an identity; its own where it keeps it. No two may get the same
 * @throws LockError `tampered-lock`
 */
export function renameIdentities(
  open: OpenLock,
  newIdOf: (id: string) => string,
  randomBytes: RandomBytes,
): { readonly lock: Lock; readonly renamed: readonly RenamedIdentity[] } {
  const before = lockedParts(open.lock);
  const parts = [...before].map(([from, identity]): [string, LockedPart] => {
    const to = newIdOf(from);
    const known =
      "chain" in identity ? { ...identity, request: withIssuer(identity.request, newIdOf) } : identity;
    if (to === from) return [from, known];
    const formerIds = [...identity.formerIds.filter((id) => id !== to), from];
    const resealed = withSealedKeys(known, (holder, sealed) =>
      open.sealKey(to, holder, open.openKey(from, holder, sealed), randomBytes),
    );
    return [to, { ...resealed, formerIds }];
  });
  const renamed = [...before.keys()].flatMap((from) => {
    const to = newIdOf(from);
    return to === from ? [] : [{ from, to }];
  });
  return { lock: withParts(open.lock, new Map(parts)), renamed };
}

/** Version 1 recorded a digest only, which nothing compares where a certificate is made here. */
function withIssuer(
  request: RequestRecord | string,
  newIdOf: (id: string) => string,
): RequestRecord | string {
  if (typeof request === "string") return request;
  if (request.kind === "issued") return { ...request, issuerId: newIdOf(request.issuerId) };
  if (request.kind !== "authority" || request.issuerId === undefined) return request;
  return { ...request, issuerId: newIdOf(request.issuerId) };
}
