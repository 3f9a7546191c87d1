import type { IdentityPlan, IdentityRequest, SecretReference, TrustPlan } from "../model";
import { generateKey } from "../pki";
import { isMade, withPinnedDefaults } from "./declaration";
import { StaleLockError, type StaleIdentity, notInLock, notObserved } from "./errors";
import { type FileReader, importIdentity, readPartnerCertificate } from "./importIdentity";
import { type IdentityMaker, type IssuerMaterial, issueIdentity } from "./issue";
import { type Lock, type LockedIdentity, type PinnedChain } from "./lock";
import type { IdentityMaterial } from "./material";
import type { OpenLock } from "./openLock";
import { lockedParts, withParts } from "./lockedParts";
import { issuerIdOf, issuersFirst } from "./order";
import type { PinChange } from "./pinChange";
import { reasonsToPin } from "./pinReason";
import type { RandomBytes } from "./recipients";
import { requestCertificates } from "./requests/requestCertificates";
import { recordOf } from "./requestRecord";

/** What `pinIdentities` decides from. */
export interface PinOptions {
  readonly plan: TrustPlan;
  /** Absent where the environment has none yet. */
  readonly lock: Lock | undefined;
  /** Opens the lock, or makes one; called only if a key must be made, taken in or used. */
  readonly open: () => OpenLock;
  /** Whether anything that the lock lacks is an error. */
  readonly frozen: boolean;
  readonly now: Date;
  readonly randomBytes: RandomBytes;
  /** Reads a file that the plan names, relative to the project's root; undefined where it is missing. */
  readonly readFile: FileReader;
  readonly resolveSecret: (reference: SecretReference) => string;
  /** Ids of identities that get a new generation although nothing else asks for it. @default - none */
  readonly renew?: ReadonlySet<string>;
  /** Renews what is made here and expires within so many days. @default 0 */
  readonly renewWithinDays?: number;
  /** What an identity is made from. @default - the system's keys, and `randomBytes` */
  readonly makerOf?: (identityId: string) => IdentityMaker;
}

export interface PinResult {
  /** The lock that was given, itself, where nothing changed. */
  readonly lock: Lock | undefined;
  readonly changes: readonly PinChange[];
}

/**
 * Brings a lock to hold every identity that a plan declares, and changes none that it holds already as
 * declared. A new generation always has a new key. Identities that the plan does not declare stay, because
 * a lock serves all stacks of its environment; `pruneLock` removes them.
 *
 * @throws StaleLockError where the lock is frozen and not up to date: every identity, and why
 * @throws LockError `not-observed` for existing identities that `lock --observe` must read first, `cannot-pin`
 */
export function pinIdentities(options: PinOptions): PinResult {
  const ordered = issuersFirst(options.plan.identities);
  const reasons = reasonsToPin(ordered, options);
  if (reasons.size === 0) return { lock: options.lock, changes: [] };
  const unseen = ordered.filter(({ id, request }) => request.kind === "existing" && reasons.has(id));
  if (options.frozen) throw new StaleLockError(options.plan.environment, staleOf(reasons), unseen.length > 0);

  if (unseen.length > 0) {
    throw notObserved(
      options.plan.environment,
      unseen.map(({ id }) => id),
    );
  }
  return pinAll(ordered, reasons, options);
}

function pinAll(
  ordered: readonly IdentityPlan[],
  reasons: ReadonlyMap<string, string>,
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
  const changes = [...requested.changes];
  const issuerKeys = new Map<string, Uint8Array>();

  for (const identity of ordered) {
    const reason = reasons.get(identity.id);
    if (reason === undefined || identity.request.kind === "requested") continue;
    const before = identities.get(identity.id);
    const request = requestToPin(identity.request, before);
    const material = materialFor({ ...identity, request }, { options, opened, identities, issuerKeys });
    if (material.pkcs8 !== undefined) issuerKeys.set(identity.id, material.pkcs8);
    const pinned: PinnedChain = { generation: (before?.generation ?? 0) + 1, ...material.certificates };
    identities.set(identity.id, {
      ...pinned,
      kind: request.kind,
      ...recordOf(request),
      formerIds: before?.formerIds ?? [],
      ...(material.file === undefined ? {} : { file: material.file }),
      ...(material.pkcs8 === undefined
        ? {}
        : { privateKey: opened.sealKey(identity.id, pinned, material.pkcs8, options.randomBytes) }),
      ...previousOf(before),
    });
    changes.push({
      id: identity.id,
      action: before === undefined ? "added" : "renewed",
      generation: pinned.generation,
      reason,
    });
  }
  return {
    lock: withParts(opened.lock, new Map([...lockedParts(opened.lock), ...identities])),
    changes,
  };
}

function requestToPin(request: IdentityRequest, before: LockedIdentity | undefined): IdentityRequest {
  return isMade(request) ? withPinnedDefaults(request, before) : request;
}

interface PinState {
  readonly options: PinOptions;
  readonly opened: OpenLock;
  readonly identities: ReadonlyMap<string, LockedIdentity>;
  /** Keys of authorities that were made, or opened, a moment ago. */
  readonly issuerKeys: Map<string, Uint8Array>;
}

function materialFor(identity: IdentityPlan, state: PinState): IdentityMaterial {
  const { id, request } = identity;
  const { options } = state;
  if (request.kind === "imported") return importIdentity(id, request, options);
  if (request.kind === "certificate") return readPartnerCertificate(id, request, options);
  if (request.kind === "requested") throw notInLock(id, "certificate");
  if (request.kind === "existing") throw notObserved(options.plan.environment, [id]);
  const issuerId = issuerIdOf(identity);
  const issuer = issuerId === undefined ? {} : { issuer: issuerOf(issuerId, state) };
  return issueIdentity({ id, request, now: options.now, maker: makerFor(id, options), ...issuer });
}

function makerFor(id: string, { makerOf, randomBytes }: PinOptions): IdentityMaker {
  return makerOf?.(id) ?? { makeKey: generateKey, randomBytes };
}

function issuerOf(issuerId: string, state: PinState): IssuerMaterial {
  const pinned = state.identities.get(issuerId);
  if (pinned === undefined) throw notInLock(issuerId, "certificate");
  const pkcs8 = state.issuerKeys.get(issuerId) ?? state.opened.privateKey(issuerId);
  state.issuerKeys.set(issuerId, pkcs8);
  return { pinned, pkcs8 };
}

/** The certificates that others may still present or trust, without the key. */
export function previousOf(before: LockedIdentity | undefined): { previous?: PinnedChain } {
  if (before === undefined) return {};
  const { generation, chain, anchor } = before;
  return { previous: { generation, chain, ...(anchor === undefined ? {} : { anchor }) } };
}

function staleOf(reasons: ReadonlyMap<string, string>): StaleIdentity[] {
  return [...reasons].map(([id, reason]) => ({ id, reason }));
}
