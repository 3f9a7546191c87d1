import type { IdentityPlan, IdentityRequest, TrustPlan } from "../model";
import { isMade, withPinnedDefaults } from "./declaration";
import { StaleLockError, type StaleIdentity, notObserved } from "./errors";
import { GenerationMaker, type GenerationSources, makerFor } from "./generationMaker";
import { type Generations, withGenerations } from "./generations";
import type { Lock, LockedIdentity } from "./lock";
import type { OpenLock } from "./openLock";
import { lockedParts, withParts } from "./lockedParts";
import { issuersFirst } from "./order";
import type { PinChange } from "./pinChange";
import { reasonsToPin } from "./pinReason";
import type { PinReason } from "./pinStep";
import { requestCertificates } from "./requests/requestCertificates";
import { recordOf } from "./requestRecord";
import { heldByRotation } from "./rotation/errors";
import { generationsFor } from "./rotation/generationsBelow";

/** What `pinIdentities` decides from. */
export interface PinOptions extends GenerationSources {
  readonly plan: TrustPlan;
  /** Absent where the environment has none yet. */
  readonly lock: Lock | undefined;
  /** Opens the lock, or makes one; called only if a key must be made, taken in or used. */
  readonly open: () => OpenLock;
  /** Whether anything that the lock lacks is an error. */
  readonly frozen: boolean;
  /** Ids of identities that get a new generation although nothing else asks for it. @default - none */
  readonly renew?: ReadonlySet<string>;
  /** Renews what is made here and expires within so many days. @default 0 */
  readonly renewWithinDays?: number;
}

export interface PinResult {
  /** The lock that was given, itself, where nothing changed. */
  readonly lock: Lock | undefined;
  readonly changes: readonly PinChange[];
}

/**
 * Brings a lock to hold every identity that a plan declares, and changes none that it holds already as
 * declared. A new generation always has a new key. Identities that the plan does not declare stay, because
 * a lock serves all stacks of its environment; `pruneLock` removes them. An authority that is made anew is
 * `switched`, with all that it issued; what is new below an authority in rotation joins that.
 *
 * @throws StaleLockError where the lock is frozen and not up to date: every identity, and why
 * @throws LockError `not-observed` for existing identities that `lock --observe` must read first, `in-rotation` where
 *   one that is in rotation would have to be re-issued, `cannot-pin`
 */
export function pinIdentities(options: PinOptions): PinResult {
  const ordered = issuersFirst(options.plan.identities);
  const reasons = reasonsToPin(ordered, options);
  // What is made later is nobody's to do anything about now.
  if ([...reasons.values()].every(({ step }) => step === "later")) return { lock: options.lock, changes: [] };
  const unseen = ordered.filter(({ id, request }) => request.kind === "existing" && reasons.has(id));
  if (options.frozen) throw new StaleLockError(options.plan.environment, staleOf(reasons), unseen.length > 0);

  if (unseen.length > 0) {
    throw notObserved(
      options.plan.environment,
      unseen.map(({ id }) => id),
    );
  }
  const held = [...reasons].filter(([, { step }]) => step === "wait");
  if (held.length > 0) throw heldByRotation(staleOf(held));
  return pinAll(ordered, reasons, options);
}

function pinAll(
  ordered: readonly IdentityPlan[],
  reasons: ReadonlyMap<string, PinReason>,
  options: PinOptions,
): PinResult {
  const anew = options.open();
  // What the caller has in hand may be newer than what was opened.
  const requested = requestCertificates(ordered, reasons, {
    ...options,
    open: anew.withLock(options.lock ?? anew.lock),
    makerFor: (id) => makerFor(id, options),
  });
  const opened = anew.withLock(requested.lock);
  const identities = new Map(opened.lock.identities);
  const maker = new GenerationMaker(opened, options);
  const changes = [...requested.changes];

  for (const identity of ordered) {
    const reason = reasons.get(identity.id);
    if (reason === undefined || reason.step === "ask" || reason.step === "later") continue;
    const { id } = identity;
    const before = identities.get(id);
    const request = requestToPin(identity.request, before);
    const { generations, file } = generationsFor({
      identity: { id, request },
      before,
      keepsCurrent: reason.step === "join" || reason.step === "follow",
      isRenewal: reason.step === "renew",
      identities,
      maker,
      now: options.now,
      ...(options.trustsAnew === undefined ? {} : { trustsAnew: options.trustsAnew }),
    });
    const formerIds = before?.formerIds ?? [];
    const about = {
      kind: request.kind,
      ...recordOf(request),
      formerIds,
      ...(file === undefined ? {} : { file }),
    };
    identities.set(id, withGenerations(about, generations));
    changes.push(changeOf(id, before, generations, reason.text));
  }
  return {
    lock: withParts(opened.lock, new Map([...lockedParts(opened.lock), ...identities])),
    changes,
  };
}

function changeOf(
  id: string,
  before: LockedIdentity | undefined,
  { current, rotation }: Generations,
  reason: string,
): PinChange {
  const change = { id, generation: current.generation, reason };
  if (before === undefined) return { ...change, action: "added" };
  const isAnnounced = rotation?.phase === "announced" && current.generation === before.generation;
  return isAnnounced
    ? { ...change, generation: rotation.other.generation, action: "announced" }
    : { ...change, action: "renewed" };
}

/** What of a request nobody declared is as it was pinned. */
export function requestToPin(request: IdentityRequest, before: LockedIdentity | undefined): IdentityRequest {
  return isMade(request) ? withPinnedDefaults(request, before) : request;
}

function staleOf(reasons: Iterable<readonly [string, PinReason]>): StaleIdentity[] {
  return [...reasons].map(([id, { text }]) => ({ id, reason: text }));
}
