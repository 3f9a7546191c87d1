import { claimsOf, noOwnership, type OwnershipRecord, transition } from "../../../lib/hosts";
import { type AnchorEntry, createStore, setEntry, type Store } from "../../../lib/keystore";
import type { Claimant } from "../../../lib/provider/claims/claimant";
import {
  contentOf,
  fingerprintOf,
  locateEntry,
  placeEntry,
  settleClaims,
  updateEntry,
  withdrawEntry,
} from "../../../lib/provider/entries";
import type { OpenDraft } from "../../../lib/provider/storeDraft";

/** An anchor; only its bytes matter in these tests, not that it is a certificate. */
export function anchor(alias: string, content: string): AnchorEntry {
  return { kind: "anchor", alias, certificate: Buffer.from(content) };
}

export function sha256Of(content: string): string {
  return fingerprintOf(anchor("any", content)) ?? "";
}

export function draftOf(...entries: AnchorEntry[]): OpenDraft {
  return {
    store: entries.reduce<Store>((store, entry) => setEntry(store, entry), createStore("jks")),
    ownership: noOwnership,
  };
}

/** What a store trusts, by alias. */
export function contents({ store }: OpenDraft): Record<string, string> {
  return Object.fromEntries(
    store.entries.map((entry) => [
      entry.alias,
      entry.kind === "anchor" ? Buffer.from(entry.certificate).toString() : entry.kind,
    ]),
  );
}

/** Aliases that are claimed, and by whom. */
export function claims({ ownership }: { readonly ownership: OwnershipRecord }): string[] {
  return claimsOf(ownership)
    .map(({ at, owner, origin }) => `${at} ${owner} ${origin}`)
    .sort();
}

/** A resource's row, as Terraform keeps it. */
export interface Row {
  readonly claim: string;
  readonly owner: string;
  readonly alias: string;
  readonly content: string;
  readonly sha256: string;
}

/** Ids as the provider draws them, but in order. */
export function claimId(number: number): string {
  return number.toString(16).padStart(32, "0");
}

export function rowOf(claim: string, owner: string, alias: string, content: string): Row {
  return { claim, owner, alias, content: contentOf(anchor(alias, content)), sha256: sha256Of(content) };
}

export function claimantFor({ claim, owner, alias }: Row, takeOver: readonly string[] = []): Claimant {
  return { claim, owner, takeOver, declaredAt: `trust_truststore_entry ${alias}` };
}

export class Refused extends Error {}

const refuse = (reason: string) => (): never => {
  throw new Refused(reason);
};

export interface Options {
  readonly replace?: boolean;
  readonly takeOver?: readonly string[];
}

export function create(draft: OpenDraft, row: Row, content: string, options: Options = {}): OpenDraft {
  return placeEntry(draft, anchor(row.alias, content), claimantFor(row, options.takeOver), {
    isSame: (existing) => fingerprintOf(existing) === sha256Of(content),
    onForeign: () => {
      if (options.replace !== true) throw new Refused("foreign");
    },
    onOthers: refuse("others"),
    onLost: refuse("lost"),
  });
}

export function update(draft: OpenDraft, prior: Row, content: string, options: Options = {}): OpenDraft {
  return updateEntry(draft, anchor(prior.alias, content), claimantFor(prior, options.takeOver), prior, {
    isSame: (existing) => fingerprintOf(existing) === sha256Of(content),
    onForeign: () => undefined,
    onDrift: refuse("drift"),
    onShared: refuse("shared"),
  });
}

export async function destroy(
  draft: OpenDraft,
  row: Row,
  options: { readonly removesForGood?: boolean; readonly original?: Store } = {},
) {
  return withdrawEntry(draft, row, {
    removesForGood: options.removesForGood === true,
    readOriginalStore: async () => options.original,
  });
}

/** The row as a refresh leaves it; undefined where Terraform would drop it. */
export function refresh(draft: OpenDraft, row: Row): Row | undefined {
  const located = locateEntry(draft, "anchor", row);
  if (located.kind === "gone") return undefined;
  if (located.kind === "taken-out") return { ...row, content: "", sha256: "" };
  return { ...row, content: contentOf(located.entry), sha256: fingerprintOf(located.entry) ?? "" };
}

/** Where a run was killed. */
export type Killed = "not" | "after the record" | "after the store";

/** What the session leaves on the host: the kept store of both, then a record of both, then the store. */
export function leftBehind(killed: Killed, before: OpenDraft, after: OpenDraft): OpenDraft {
  if (killed === "not") return settleClaims(after);
  const kept =
    after.kept === undefined || before.kept === undefined
      ? (after.kept ?? before.kept)
      : after.kept.entries.reduce((store, entry) => setEntry(store, entry), before.kept);
  return settleClaims({
    store: killed === "after the store" ? after.store : before.store,
    ownership: transition(before.ownership, after.ownership),
    ...(kept === undefined ? {} : { kept }),
  });
}
