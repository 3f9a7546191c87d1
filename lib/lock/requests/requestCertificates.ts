import type { IdentityPlan, RequestedIdentityRequest } from "../../model";
import { generateKey } from "../../pki";
import type { IdentityMaker } from "../issue";
import type { Lock } from "../lock";
import { type LockedPart, lockedParts, withParts } from "../lockedParts";
import type { PinChange } from "../pinChange";
import type { PinReason } from "../pinStep";
import type { OpenLock } from "../openLock";
import { type MakeRequestOptions, makeRequest } from "./makeRequest";

/** Asks for the certificates of those among the identities that have a reason, and are somebody else's to issue. */
export function requestCertificates(
  identities: readonly IdentityPlan[],
  reasons: ReadonlyMap<string, PinReason>,
  options: Omit<MakeRequestOptions, "maker"> & { readonly makerFor: (id: string) => IdentityMaker },
): { readonly lock: Lock; readonly changes: readonly PinChange[] } {
  const { lock } = options.open;
  const parts = new Map<string, LockedPart>(lockedParts(lock));
  const changes: PinChange[] = [];
  for (const { id, request } of identities) {
    const reason = reasons.get(id);
    if (request.kind !== "requested" || reason === undefined) continue;
    const part = makeRequest(id, request, parts.get(id), { ...options, maker: options.makerFor(id) });
    parts.set(id, part);
    changes.push({ id, action: "requested", generation: part.requested.generation, reason: reason.text });
  }
  return { lock: withParts(lock, parts), changes };
}

/**
 * Asks for another certificate of one identity, in the place of a request that waits.
 *
 * @throws LockError `cannot-pin`
 */
export function requestAnew(
  open: OpenLock,
  id: string,
  request: RequestedIdentityRequest,
  options: Omit<MakeRequestOptions, "maker" | "open">,
): { readonly lock: Lock; readonly change: PinChange } {
  const parts = lockedParts(open.lock);
  const before = parts.get(id);
  const part = makeRequest(id, request, before, { ...options, open, maker: { makeKey: generateKey } });
  const reason =
    before?.requested === undefined
      ? "a new generation was asked for"
      : "it takes the place of the request that waited; what comes back for that one is refused";
  return {
    lock: withParts(open.lock, new Map([...parts, [id, part]])),
    change: { id, action: "requested", generation: part.requested.generation, reason },
  };
}
