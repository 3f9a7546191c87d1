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
import { newestOf, withGenerations } from "./generations";
import { type FileReader, digestOfFile } from "./importIdentity";
import { isIssuedBy } from "./issuedBy";
import { type Generation, type Lock, type LockedIdentity, leafOf } from "./lock";
import { lockedParts } from "./lockedParts";
import { issuerIdOf } from "./order";
import { type PinReason, endsBeforeIssuer, isAnew, stepFor } from "./pinStep";
import { reasonToRequest } from "./requests/requestReason";
import { waysOn } from "./rotation/errors";
import { headOf } from "./rotation/group";

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
export function reasonsToPin(
  ordered: readonly IdentityPlan[],
  options: ReasonOptions,
): Map<string, PinReason> {
  const reasons = new Map<string, PinReason>();
  for (const identity of ordered) {
    const reason = reasonToPin(identity, options, reasons);
    if (reason !== undefined)
      reasons.set(identity.id, { ...reason, text: reason.text + hintFor(identity.request) });
  }
  return reasons;
}

/** What `lock` alone cannot do. */
function hintFor({ kind }: IdentityRequest): string {
  return kind === "existing" ? " (`lock --observe` reads it from its host)" : "";
}

type EarlierReasons = ReadonlyMap<string, PinReason>;

function reasonToPin(
  identity: IdentityPlan,
  options: ReasonOptions,
  earlier: EarlierReasons,
): PinReason | undefined {
  const { lock } = options;
  if (identity.request.kind === "requested") {
    const text = requestReason(identity.id, identity.request, options);
    return text === undefined ? undefined : { text, step: "ask" };
  }
  const pinned = lock?.identities.get(identity.id);
  const step = isLater(identity, options, earlier) ? "later" : "make";
  if (lock === undefined || pinned === undefined) return { text: "it is declared and not in the lock", step };
  const own = changeReason(identity, pinned, options);
  const asked = renewalReason(identity, options);
  const ofIssuer = issuerReason(identity, pinned, options, earlier);
  const ending = expiryReason(identity.request, pinned, options);
  const text = own ?? asked ?? ofIssuer ?? ending;
  if (text === undefined) return joinReason(identity, pinned, lock, earlier);
  const head = headOf(lock, identity.id);
  if (head === undefined || pinned.rotation === undefined)
    return {
      text,
      step:
        step === "later"
          ? step
          : stepFor({ own, asked, ofIssuer, isShort: ending !== undefined && endsBeforeIssuer(pinned) }),
    };
  const part = head === identity.id ? "" : ` with "${head}"`;
  const held = `it is ${pinned.rotation.phase}${part}, and nothing re-issues it meanwhile`;
  return { text: `${text}; ${held}: ${waysOn(head)}`, step: "wait" };
}

function renewalReason({ id, request }: IdentityPlan, { renew }: ReasonOptions): string | undefined {
  return renew?.has(id) === true && isMade(request) ? "a new generation was asked for" : undefined;
}

/** Whether what issues it waits for its own first certificate. */
function isLater(identity: IdentityPlan, { plan, lock }: ReasonOptions, earlier: EarlierReasons): boolean {
  const issuerId = issuerIdOf(identity);
  if (issuerId === undefined || lock?.identities.has(issuerId) === true) return false;
  return (
    planIndex(plan).identity(issuerId)?.request.kind === "requested" ||
    earlier.get(issuerId)?.step === "later"
  );
}

/** What was changed or asked for, whether or not it can be made now. */
function changeReason(
  identity: IdentityPlan,
  pinned: LockedIdentity,
  options: ReasonOptions,
): string | undefined {
  const { request } = identity;
  const newest = newestOf(pinned);
  const different = differentlyDeclared(identity, withGenerations(pinned, { current: newest }));
  if (different.length > 0) {
    return `it is declared differently since generation ${newest.generation} was pinned: ${different.join(", ")}`;
  }
  return movedReason(identity, pinned, options) ?? fileReason(request, pinned, options);
}

/** What is steady below an authority that is announced gets a next generation as well. */
function joinReason(
  identity: IdentityPlan,
  pinned: LockedIdentity,
  lock: Lock,
  earlier: EarlierReasons,
): PinReason | undefined {
  const issuerId = issuerIdOf(identity);
  if (issuerId === undefined || pinned.rotation !== undefined) return undefined;
  const isAnnounced = lock.identities.get(issuerId)?.rotation?.phase === "announced";
  if (!isAnnounced && earlier.get(issuerId)?.step !== "join") return undefined;
  return { text: `its issuer "${issuerId}" is announced, and it has no next generation yet`, step: "join" };
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
  earlier: EarlierReasons,
): string | undefined {
  const issuerId = issuerIdOf(identity);
  if (issuerId === undefined) return undefined;
  const issuer = lock?.identities.get(issuerId);
  if (isAnew(earlier.get(issuerId))) return `its issuer "${issuerId}" gets a new certificate`;
  const isIssued = issuer !== undefined && isIssuedBy(newestOf(pinned), issuingGeneration(issuer, pinned));
  return isIssued ? undefined : `its issuer "${issuerId}" has another certificate now`;
}

/** What issued the newest generation: where both are announced, the issuer's next one. */
function issuingGeneration(issuer: LockedIdentity, { rotation }: LockedIdentity): Generation {
  return rotation?.phase === "announced" ? newestOf(issuer) : issuer;
}

/** Only what is made here can be made anew; of the others a check says that they expired. */
function expiryReason(
  request: IdentityRequest,
  pinned: LockedIdentity,
  { now, renewWithinDays = 0 }: ReasonOptions,
): string | undefined {
  if (!isMade(request)) return undefined;
  // What ends soon is in good hands in a rotation; what has ended is not.
  const days = pinned.rotation === undefined ? renewWithinDays : 0;
  const endsOf = (each: Generation) => certificateOf(leafOf(each)).notAfter;
  const ending = [pinned, newestOf(pinned)].find((each) => endsWithin(endsOf(each), now, days));
  if (ending === undefined) return undefined;
  const verb = endsOf(ending) > now ? "expires" : "expired";
  return `generation ${ending.generation} ${verb} on ${day(endsOf(ending))}`;
}

/** `HOST:PATH#ALIAS` of an existing identity; undefined where its store belongs to another stack. */
function placeOfExisting(request: ExistingIdentityRequest, plan: TrustPlan): string | undefined {
  const store = planIndex(plan).store(request.storeId);
  return store === undefined ? undefined : `${placeOf(store.hostId, store.path)}#${request.alias}`;
}
