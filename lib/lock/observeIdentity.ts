import { type IdentityEntry, findEntry } from "../keystore";
import type { ExistingIdentityRequest, TrustPlan } from "../model";
import { day } from "../model/day";
import { certificateOf } from "./certificates";
import { unreadableStore } from "./errors";
import { previousOf } from "./generations";
import { type FoundStore, type HostStores, anchorsOf, isOwned } from "./hostStores";
import { type LockedIdentity, type PinnedChain, anchorOf, leafOf } from "./lock";
import { findRoot } from "./observedAnchor";
import { reliancesOf } from "./reliance";
import { type RequestRecord, isSameRequest, recordOf } from "./requestRecord";

/** An existing identity as its host holds it. */
export interface ObservedIdentity {
  readonly identity: LockedIdentity;
  /** Undefined where the lock holds just this. */
  readonly reason: string | undefined;
}

export interface ObservationContext {
  readonly stores: HostStores;
  readonly plan: TrustPlan;
}

/**
 * Reads an existing identity from its host.
 *
 * @param before what the lock holds of it
 * @throws LockError `unreadable-store`
 */
export async function observeIdentity(
  id: string,
  request: ExistingIdentityRequest,
  before: LockedIdentity | undefined,
  context: ObservationContext,
): Promise<ObservedIdentity> {
  const place = context.stores.placeOf(request.storeId);
  const found = await context.stores.find(request.storeId);
  if (found === undefined) throw unreadableStore(place, "the file is missing");
  const { chain } = identityEntry(found, request.alias);
  const root = findRoot(chain, await poolFor(id, found, context));
  if ("missingIssuer" in root) {
    throw unreadableStore(
      place,
      `the chain of "${request.alias}" ends before its root, and the issuer ${root.missingIssuer} is in none of ` +
        "the truststores that rely on it, nor among the public roots; put it into one of them first",
    );
  }

  const last = chain.at(-1);
  const anchor = last !== undefined && Buffer.compare(last, root.anchor) === 0 ? {} : { anchor: root.anchor };
  const certificates = { chain, ...anchor };
  const same = before !== undefined && sameCertificates(before, certificates);
  const observedIn = `${place}#${request.alias}`;
  const record = recordOf(request);
  const reason = same ? movedReason(before, observedIn, record.request) : changedReason(before, chain);
  const { previous } = same ? before : previousOf(before);
  return {
    reason,
    identity: {
      generation: same ? before.generation : (before?.generation ?? 0) + 1,
      ...certificates,
      kind: "existing",
      ...record,
      formerIds: before?.formerIds ?? [],
      observedIn,
      ...(previous === undefined ? {} : { previous }),
    },
  };
}

/**
 * The identity under an alias of a store that is not ours.
 *
 * @throws LockError `unreadable-store`
 */
export function identityEntry(found: FoundStore, alias: string): IdentityEntry {
  const entry = findEntry(found.store, alias);
  const identities = found.store.entries.flatMap((other) => (other.kind === "identity" ? [other.alias] : []));
  if (entry?.kind !== "identity") {
    throw unreadableStore(
      found.place,
      `"${alias}" is ${entry === undefined ? "not there" : `no identity but ${article(entry.kind)}`}; ` +
        `identities there: ${identities.join(", ") || "none"}`,
    );
  }
  const [leaf] = entry.chain;
  if (leaf === undefined) throw unreadableStore(found.place, `"${alias}" has a key without a certificate`);
  if (isOwned(found, alias)) {
    throw unreadableStore(
      found.place,
      `"${alias}" was put there by a deploy of this project, which would remove it once it is declared as ` +
        "existing; destroy that entry first, which puts back what was there before",
    );
  }
  return entry;
}

/** Where a root may be that the identity's own chain leaves out. */
async function poolFor(
  id: string,
  found: FoundStore,
  { stores, plan }: ObservationContext,
): Promise<Uint8Array[]> {
  const pool = anchorsOf(found);
  for (const { storeId, identityId } of reliancesOf(plan)) {
    if (identityId !== id || !stores.isReadable(storeId)) continue;
    const relying = await stores.find(storeId);
    if (relying !== undefined) pool.push(...anchorsOf(relying));
  }
  return pool.map(({ certificate }) => certificate);
}

function sameCertificates(before: PinnedChain, after: Omit<PinnedChain, "generation">): boolean {
  const now = { generation: before.generation, ...after };
  return (
    before.chain.length === now.chain.length &&
    before.chain.every((der, index) => Buffer.compare(der, now.chain[index] ?? new Uint8Array()) === 0) &&
    Buffer.compare(anchorOf(before), anchorOf(now)) === 0
  );
}

function movedReason(
  before: LockedIdentity,
  observedIn: string,
  declared: RequestRecord,
): string | undefined {
  if (before.kind !== "existing") return "it is on its host now, with the certificate that the lock holds";
  if (before.observedIn !== observedIn)
    return `it moved from ${before.observedIn ?? "elsewhere"} to ${observedIn}`;
  return isSameRequest(before.request, declared) ? undefined : "it is declared differently";
}

/** What became of an adopted certificate, in words. */
export function changedReason(before: LockedIdentity | undefined, chain: readonly Uint8Array[]): string {
  const now = shortly(chain[0]);
  if (before === undefined) return `found ${now}`;
  return Buffer.compare(leafOf(before), chain[0] ?? new Uint8Array()) === 0
    ? `the chain of ${now} changed`
    : `${shortly(leafOf(before))} was replaced by ${now}`;
}

function shortly(der: Uint8Array | undefined): string {
  if (der === undefined) return "no certificate";
  const { subject, notAfter } = certificateOf(der);
  return `${subject.toString()} (until ${day(notAfter)})`;
}

function article(kind: "anchor" | "secret"): string {
  return kind === "anchor" ? "a trusted certificate" : "a secret key";
}
