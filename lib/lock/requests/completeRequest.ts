import type { TrustPlan } from "../../model";
import { type Certificate, publicKeyMatches, publicRootCertificates } from "../../pki";
import { certificateOf } from "../certificates";
import { cannotPin, notRequested, refusedAnswer, tamperedLock } from "../errors";
import type { GenerationSources } from "../generationMaker";
import { announcedBeside, previousOf, withGenerations } from "../generations";
import { type Generation, type Lock, type LockedIdentity, type PendingRequest, anchorOf } from "../lock";
import { type LockedPart, lockedParts, pendingRequests, withParts } from "../lockedParts";
import { needsAnnouncing } from "../needsAnnouncing";
import type { OpenLock } from "../openLock";
import { authoritiesBelow, withIssued } from "../order";
import { pinIdentities } from "../pin";
import type { PinChange } from "../pinChange";
import type { AnswerContent } from "./answer";
import { type Judgement, judgeAnswer } from "./judgeAnswer";

export interface CompleteOptions extends GenerationSources {
  /** What the stacks of the environment declare, together. */
  readonly plan: TrustPlan;
  readonly id: string;
  /** What came back, in any order, and issuers that were given beside it. */
  readonly answer: AnswerContent;
}

export interface CompletedRequest {
  readonly lock: Lock;
  /** The identity first, then what it issues. */
  readonly changes: readonly PinChange[];
  /** What the authority chose otherwise than it was asked. */
  readonly warnings: readonly string[];
}

/**
 * Pins the certificate that an authority issued for a request: the next generation, in the place of what was served.
 * Where somebody has to trust another certificate before that, it is announced. What an authority issues is made with it.
 *
 * @param lock as it was read
 * @param open called where the certificate is the one that was asked for
 * @throws LockError `not-requested`; `refused-answer` with all that is not as it was asked for; `tampered-lock`; `in-rotation`
 */
export function completeRequest(
  lock: Lock,
  open: () => OpenLock,
  options: CompleteOptions,
): CompletedRequest {
  const { id, now, plan } = options;
  const part = lockedParts(lock).get(id);
  if (part?.requested === undefined) throw notRequested(id, [...pendingRequests(lock).keys()]);
  if ("chain" in part && part.rotation !== undefined)
    throw cannotPin(id, "it changes in steps at the moment; finish that, or go back, first");
  const judged = judgeAnswer({
    request: part.requested,
    content: options.answer,
    known: knownCertificates(lock),
    current: "chain" in part ? part : undefined,
    authoritiesBelow: authoritiesBelow(plan.identities, id),
    now,
  });
  if (judged.differences.length > 0) throw refusedAnswer(id, judged.differences);
  const opened = open().withLock(lock);
  const next = generationFrom(part, part.requested, judged, opened, options);
  const completed = pinned(part, part.requested, next, options);
  const own = withParts(lock, new Map([...lockedParts(lock), [id, completed]]));
  const issued = pinIdentities({
    ...options,
    plan: { ...plan, identities: withIssued(plan.identities, id) },
    lock: own,
    open: () => opened.withLock(own),
    frozen: false,
  });
  const reason = `issued by ${judged.chain[0]?.issuer.toString() ?? "nobody"}`;
  const action = completed.rotation === undefined ? "completed" : "announced";
  return {
    lock: issued.lock ?? own,
    changes: [{ id, action, generation: part.requested.generation, reason }, ...issued.changes],
    warnings: judged.warnings,
  };
}

function generationFrom(
  part: LockedPart,
  { generation }: PendingRequest,
  { chain }: Judgement,
  open: OpenLock,
  { id, randomBytes }: CompleteOptions,
): Generation {
  const pkcs8 = keyOf(id, part, open);
  const [leaf] = chain;
  // The signatures of both are checked; that the sealed key is theirs as well, only now.
  if (leaf === undefined || !publicKeyMatches(leaf, pkcs8)) throw tamperedLock(`the private key of "${id}"`);
  const certificates = { generation, chain: chain.map(({ der }) => der) };
  return { ...certificates, privateKey: open.sealKey(id, certificates, pkcs8, randomBytes) };
}

function pinned(
  part: LockedPart,
  { request, defaults }: PendingRequest,
  next: Generation,
  { id, now, trustsAnew }: CompleteOptions,
): LockedIdentity {
  const before = "chain" in part ? part : undefined;
  const about = { kind: request.kind, request, defaults, formerIds: part.formerIds };
  const trust = trustsAnew === undefined ? {} : { trustsAnew };
  if (before === undefined || !needsAnnouncing({ id, before, next, now, ...trust }))
    return withGenerations(about, { current: next, ...previousOf(before) });
  return withGenerations(about, announcedBeside(before, next));
}

/** The key that was requested for: its own, or that of the generation that is served. */
function keyOf(id: string, part: LockedPart, open: OpenLock): Uint8Array {
  const { requested } = part;
  if (requested?.privateKey !== undefined) return open.openKey(id, requested, requested.privateKey);
  return open.privateKey(id);
}

/** Where issuers are looked for that an answer leaves out: what is pinned, roots of partners among it, and public roots. */
function knownCertificates(lock: Lock): Certificate[] {
  const locked = [...lock.identities.values()].flatMap((identity) => [
    ...identity.chain.map(certificateOf),
    certificateOf(anchorOf(identity)),
  ]);
  return [...new Map([...locked, ...publicRootCertificates()].map((each) => [each.sha256, each])).values()];
}
