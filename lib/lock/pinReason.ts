import {
  type ExistingIdentityRequest,
  type IdentityPlan,
  type IdentityRequest,
  type RequestedIdentityRequest,
  type TrustPlan,
  placeOf,
  planIndex,
} from "../model";
import { day, endsWithin } from "../model/day";
import { certificateOf } from "./certificates";
import { isMade, unfulfilled } from "./declaration";
import { cannotPin } from "./errors";
import { type FileReader, digestOfFile } from "./importIdentity";
import { type Lock, type LockedIdentity, leafOf } from "./lock";
import { lockedParts } from "./lockedParts";
import { issuerIdOf } from "./order";
import { reasonToRequest } from "./requests/requestReason";

/** What decides whether an identity is pinned as it is declared. */
export interface ReasonOptions {
  readonly plan: TrustPlan;
  readonly lock: Lock | undefined;
  readonly now: Date;
  readonly readFile: FileReader;
  /** Ids of identities that get a new generation although nothing else asks for it. @default - none */
  readonly renew?: ReadonlySet<string>;
  /** Renews what is made here and expires within so many days. @default 0 */
  readonly renewWithinDays?: number;
}

/**
 * Why identities need a (new) generation, in the order given; identities that need none are left out.
 *
 * @param ordered issuers before what they issue
 */
export function reasonsToPin(ordered: readonly IdentityPlan[], options: ReasonOptions): Map<string, string> {
  const reasons = new Map<string, string>();
  for (const identity of ordered) {
    const reason = reasonToPin(identity, options, reasons);
    if (reason !== undefined) reasons.set(identity.id, reason + hintFor(identity.request));
  }
  return reasons;
}

/** What `lock` alone cannot do. */
function hintFor({ kind }: IdentityRequest): string {
  return kind === "existing" ? " (`lock --observe` reads it from its host)" : "";
}

function reasonToPin(
  identity: IdentityPlan,
  options: ReasonOptions,
  earlier: ReadonlyMap<string, string>,
): string | undefined {
  const { id, request } = identity;
  if (request.kind === "requested") return requestReason(id, request, options);
  const pinned = options.lock?.identities.get(id);
  if (pinned === undefined) return "it is declared and not in the lock";
  const different = differentlyDeclared(identity, pinned);
  if (different.length > 0) {
    return `it is declared differently since generation ${pinned.generation} was pinned: ${different.join(", ")}`;
  }
  if (options.renew?.has(id) === true && isMade(request)) return "a new generation was asked for";
  return (
    movedReason(identity, pinned, options) ??
    fileReason(request, pinned, options) ??
    issuerReason(identity, pinned, options, earlier) ??
    expiryReason(request, pinned, options)
  );
}

/** @throws LockError `cannot-pin` for a declaration that no certificate could hold */
function requestReason(
  id: string,
  request: RequestedIdentityRequest,
  { lock, now, renew, renewWithinDays = 0 }: ReasonOptions,
): string | undefined {
  const part = lock === undefined ? undefined : lockedParts(lock).get(id);
  try {
    return reasonToRequest(request, part, { now, isRenewed: renew?.has(id) === true, renewWithinDays });
  } catch (error) {
    throw cannotPin(id, error);
  }
}

/** @throws LockError `cannot-pin` for a declaration that no certificate could hold */
function differentlyDeclared({ id, request }: IdentityPlan, pinned: LockedIdentity): string[] {
  try {
    return unfulfilled(request, pinned);
  } catch (error) {
    throw cannotPin(id, error);
  }
}

/** An existing identity is looked for elsewhere now. */
function movedReason(
  { request }: IdentityPlan,
  pinned: LockedIdentity,
  { plan }: ReasonOptions,
): string | undefined {
  if (request.kind !== "existing") return undefined;
  const place = placeOfExisting(request, plan);
  return place === undefined || place === pinned.observedIn
    ? undefined
    : `it was read from ${pinned.observedIn ?? "elsewhere"} and is declared at ${place}`;
}

/** The file it was taken from says something else now; a file that is gone says nothing. */
function fileReason(
  request: IdentityRequest,
  pinned: LockedIdentity,
  { readFile }: ReasonOptions,
): string | undefined {
  if (request.kind !== "imported" && request.kind !== "certificate") return undefined;
  const digest = digestOfFile(request, readFile);
  return digest === undefined || digest === pinned.file
    ? undefined
    : `${request.file} changed since generation ${pinned.generation} was taken from it`;
}

function issuerReason(
  identity: IdentityPlan,
  pinned: LockedIdentity,
  { lock }: ReasonOptions,
  earlier: ReadonlyMap<string, string>,
): string | undefined {
  const issuerId = issuerIdOf(identity);
  if (issuerId === undefined) return undefined;
  const issuer = lock?.identities.get(issuerId);
  const issuedBy = pinned.chain[1];
  if (earlier.has(issuerId)) return `its issuer "${issuerId}" gets a new certificate`;
  const same =
    issuer !== undefined && issuedBy !== undefined && Buffer.compare(leafOf(issuer), issuedBy) === 0;
  return same ? undefined : `its issuer "${issuerId}" has another certificate now`;
}

/** Only what is made here can be made anew; of the others a check says that they expired. */
function expiryReason(
  request: IdentityRequest,
  pinned: LockedIdentity,
  { now, renewWithinDays = 0 }: ReasonOptions,
): string | undefined {
  if (!isMade(request)) return undefined;
  const { notAfter } = certificateOf(leafOf(pinned));
  if (!endsWithin(notAfter, now, renewWithinDays)) return undefined;
  const verb = notAfter > now ? "expires" : "expired";
  return `generation ${pinned.generation} ${verb} on ${day(notAfter)}`;
}

/** `HOST:PATH#ALIAS` of an existing identity; undefined where its store belongs to another stack. */
function placeOfExisting(request: ExistingIdentityRequest, plan: TrustPlan): string | undefined {
  const store = planIndex(plan).store(request.storeId);
  return store === undefined ? undefined : `${placeOf(store.hostId, store.path)}#${request.alias}`;
}
