import { isDeepStrictEqual } from "node:util";
import {
  type ActivationRecord,
  claimKey,
  claimsOf,
  earlierVersions,
  type HostFile,
  type IdentifiedClaim,
  isUnproven,
  readBackup,
  withClaim,
} from "../../hosts";
import { findEntry, setEntry, type Store, type StoreEntry, StoreError } from "../../keystore";
import { claimsOn, contentOf, fingerprintOf, holdsContent, isEntryClaim, withdrawEntry } from "../entries";
import { forgetKept, wasThereBefore } from "../entries/keep";
import { currentRun } from "../run";
import type { Secret } from "../secrets";
import type { OpenDraft } from "../storeDraft";
import { openWithEither } from "../passwordChange";
import type { ChangeContext, Edit, StoreSession } from "../storeSession";
import { claimPutBack } from "./putBack";
import { rollBackPassword } from "./rollBackPassword";
import { closedBackups, REASONS, type RollBackTarget, type RolledBack, thingOfKey } from "./rolledBack";

/** A store whose entries go back, and to what. */
export interface StoreToRollBack extends RollBackTarget {
  readonly session: StoreSession;
  readonly password: Secret;
}

/**
 * Puts an owner's entries back to what was proven last, each on its own; all others stay as they are, whoever has put them
 * there meanwhile. What has no proven content is taken out as a destroy would, and what it displaced comes back.
 */
export async function rollBackStore(target: StoreToRollBack): Promise<RolledBack[]> {
  const { session, known, path } = target;
  const password = rollBackPassword(await session.ownership(), known, session.passwordChange);
  let results: RolledBack[] = [];
  const edit: Edit = async ({ store, ...draft }, context) => {
    if (store === undefined) return draft;
    let current: OpenDraft = { ...draft, store };
    results = password === undefined ? [] : [{ path, ...password.result }];
    const past = new Past(target);
    for (const key of changedKeysOf(current, target)) {
      const step = await rollBackEntry(current, key, target, past, context);
      if (step === undefined) continue;
      current = step.draft;
      results.push(step.result);
    }
    return current;
  };
  await session.change(target.password, edit, password?.former);
  return results;
}

interface Step {
  readonly draft: OpenDraft;
  readonly result: RolledBack;
}

function changedKeysOf({ ownership }: OpenDraft, { owner, known }: StoreToRollBack): string[] {
  const changed = claimsOf(ownership)
    .filter((claim) => claim.owner === owner && isEntryClaim(claim))
    .filter((claim) => isUnproven(known, claim));
  return [...new Set(changed.map(claimKey))];
}

async function rollBackEntry(
  draft: OpenDraft,
  key: string,
  target: StoreToRollBack,
  past: Past,
  context: ChangeContext,
): Promise<Step | undefined> {
  const { owner, known, path } = target;
  const own = claimsOf(draft.ownership).filter((claim) => claim.owner === owner && claimKey(claim) === key);
  const [claim] = own;
  const proven = known.proven[key];
  // The younger generation, which was rolled back before it, has taken it along.
  if (claim === undefined) return undefined;
  const existing = findEntry(draft.store, claim.at);
  const thing = thingOfKey(key);
  const left = (reason: string): Step => ({ draft, result: { path, thing, outcome: "left", reason } });
  const isRenewed = claim.content !== proven;
  if (existing === undefined || !holdsContent(existing, claim.content))
    return isRenewed ? left(REASONS.changed) : undefined;
  const sealed = isRenewed ? undefined : await past.ofThisRun(existing);
  if (!isRenewed && sealed === undefined) return undefined;
  if (claimsOn(draft.ownership, existing).some((other) => other.owner !== owner)) return left(REASONS.shared);
  const from = fingerprintOf(existing);
  const done = (next: OpenDraft, outcome: "restored" | "withdrawn"): Step => {
    const now = findEntry(next.store, claim.at);
    const to = now === undefined ? undefined : fingerprintOf(now);
    const prints = { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
    return { draft: next, result: { path, thing, outcome, ...prints } };
  };

  if (proven === undefined && (own.every(wasThereBefore) || isOlderGeneration(claim, known)))
    return undefined;
  if (proven === undefined || hasOlderGeneration(draft, claim, proven))
    return done(await withdrawAll(draft, own, from ?? "", context), "withdrawn");
  if (sealed !== undefined) return done(restored(draft, own, existing, sealed, proven, false), "restored");
  const displaced = displacedBy(draft, claim, proven);
  if (displaced !== undefined)
    return done(restored(draft, own, existing, displaced, proven, true), "restored");
  const found = await past.find(draft, existing, proven);
  if (found === undefined) return left(closedBackups(past.closed, target.password.reference));
  return done(restored(draft, own, existing, found, proven, false), "restored");
}

async function withdrawAll(
  draft: OpenDraft,
  claims: readonly IdentifiedClaim[],
  sha256: string,
  { readOriginalStore }: ChangeContext,
): Promise<OpenDraft> {
  let current = draft;
  for (const { id, ...claim } of claims) {
    const row = { claim: id, alias: declaredAlias(claim), sha256 };
    const withdrawn = await withdrawEntry(current, row, { removesForGood: false, readOriginalStore });
    current = withdrawn.draft;
  }
  return current;
}

/** The draft with an earlier content in the place of an entry; where that had been displaced, it is adopted again. */
function restored(
  draft: OpenDraft,
  claims: readonly IdentifiedClaim[],
  existing: StoreEntry,
  earlier: StoreEntry,
  content: string,
  wasDisplaced: boolean,
): OpenDraft {
  const store = setEntry(draft.store, { ...earlier, alias: existing.alias });
  return claims.reduce<OpenDraft>(
    (before, claim) => {
      const emptied = wasDisplaced ? forgetKept(before, claim) : before;
      const next = claimPutBack(claim, content, wasDisplaced);
      return { ...emptied, ownership: withClaim(emptied.ownership, next) };
    },
    { ...draft, store },
  );
}

/** What a claim has displaced, where that is what was proven. */
function displacedBy({ kept }: OpenDraft, claim: IdentifiedClaim, proven: string): StoreEntry | undefined {
  if (kept === undefined || claim.kept?.place !== "beside") return undefined;
  const entry = findEntry(kept, claim.id);
  return holdsContent(entry, proven) ? entry : undefined;
}

/** Whether the proven content is still there as the older generation of the same declaration. */
function hasOlderGeneration(
  { store, ownership }: OpenDraft,
  claim: IdentifiedClaim,
  proven: string,
): boolean {
  return claimsOf(ownership).some(
    (other) =>
      other.at !== claim.at &&
      other.owner === claim.owner &&
      other.declaredAt === claim.declaredAt &&
      other.content === proven &&
      holdsContent(findEntry(store, other.at), proven),
  );
}

/** Whether a claim is that older generation, which only moved. */
function isOlderGeneration(claim: IdentifiedClaim, { proven }: ActivationRecord): boolean {
  const alias = declaredAlias(claim);
  return alias !== claim.at && proven[claimKey({ kind: claim.kind, at: alias })] === claim.content;
}

/** The alias that the resource of a claim names. */
function declaredAlias({ declaredAt, at }: Pick<IdentifiedClaim, "declaredAt" | "at">): string {
  const blank = declaredAt.indexOf(" ");
  return blank < 0 ? at : declaredAt.slice(blank + 1);
}

/** Earlier versions of a store, the latest first, each read when it is first asked. */
class Past {
  /** How many of them the password does not open. */
  closed = 0;
  private stores: Promise<readonly Store[]> | undefined;

  constructor(private readonly target: Pick<StoreToRollBack, "host" | "path" | "password" | "session">) {}

  /** An entry of this content that the store can hold as it is. */
  async find(
    { store, kept }: OpenDraft,
    existing: StoreEntry,
    content: string,
  ): Promise<StoreEntry | undefined> {
    this.stores ??= this.read();
    const alias = existing.alias.toLowerCase();
    for (const earlier of [...(await this.stores), ...(kept === undefined ? [] : [kept])]) {
      if (earlier.format !== store.format) continue;
      const found = earlier.entries
        .filter((entry) => holdsContent(entry, content))
        .sort((entry) => (entry.alias.toLowerCase() === alias ? -1 : 0))[0];
      if (found !== undefined) return earlier.profile === store.profile ? found : withoutExtra(found);
    }
    return undefined;
  }

  /** The same certificates as this run found them, where their key was sealed in another way then. */
  async ofThisRun(existing: StoreEntry): Promise<StoreEntry | undefined> {
    const { host, path } = this.target;
    const store = this.open(await readBackup(host, path, currentRun()));
    const found = store === undefined ? undefined : findEntry(store, existing.alias);
    if (found === undefined || !holdsContent(found, contentOf(existing))) return undefined;
    return isDeepStrictEqual({ ...found, alias: existing.alias }, existing) ? undefined : found;
  }

  private async read(): Promise<readonly Store[]> {
    const { host, path } = this.target;
    const stores: Store[] = [];
    for await (const file of earlierVersions(host, path)) {
      const store = this.open(file);
      if (store !== undefined) stores.push(store);
    }
    return stores;
  }

  private open(file: HostFile | undefined): Store | undefined {
    if (file === undefined) return undefined;
    const { path, password, session } = this.target;
    try {
      return openWithEither(path, file.bytes, password, session.passwordChange).store;
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      this.closed += 1;
      return undefined;
    }
  }
}

function withoutExtra(entry: StoreEntry): StoreEntry {
  if (entry.kind === "secret") return entry;
  const { extra: _, ...rest } = entry;
  return rest;
}
