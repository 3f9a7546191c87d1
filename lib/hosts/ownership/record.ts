/** What a claim is to. */
export type ClaimKind = "store" | "key" | "anchor" | "setting" | "file";

/**
 * How something came to be ours: made where there was nothing, found with the declared content, taken over
 * by an import, or put in the place of something else.
 */
export type ClaimOrigin = "created" | "adopted" | "imported" | "displaced";

/** Where something is that was displaced. */
export type Kept =
  /** In the kept copy beside the file: an entry under the claim's id, or a file of the claim's own. */
  | {
      readonly place: "beside";
      /** The alias as it was spelled; of entries. */
      readonly alias?: string;
    }
  /** In `<name>.orig`, where earlier versions kept it. */
  | { readonly place: "orig" }
  /** Here: the value of a setting, null where there was none. */
  | { readonly place: "record"; readonly value: string | null };

/** What a claim says of the thing itself, and what it said before a write that may not have been finished. */
export interface ClaimedThing {
  /** The alias in lower case, or the setting's name; empty for a store or a whole file. */
  readonly at: string;
  /** What we put there, as `lib/provider` hashes it. Something else there is not ours. */
  readonly content: string;
  /** Generation of its identity in the lock, 1 or more; absent where whoever put it there did not say. */
  readonly generation?: number;
  /** The identity that the generation counts for; absent where whoever put it there did not say. */
  readonly identity?: string;
  readonly origin: ClaimOrigin;
  readonly kept?: Kept;
}

/** That somebody's declaration stands for something on the host. */
export interface Claim extends ClaimedThing {
  /** `project/environment/stack`, or whatever names the configuration: a label, not a capability. */
  readonly owner: string;
  /** Type and alias of the resource, by which an owner knows its own again when the claim itself is lost. */
  readonly declaredAt: string;
  readonly kind: ClaimKind;
  /** The same claim before the write that is under way; what holds is seen from the file itself. */
  readonly replaces?: ClaimedThing;
}

/** How far a proof goes: a probe saw what is served, or the commands said that all went well. */
export type ProofLevel = "served" | "called";

/** What the product that reads the file is known to run with, as far as one activation is concerned. */
export interface ActivationRecord {
  /** Contents by the keys of their claims: those of the last proof; before the first one, those found at the start. */
  readonly proven: Readonly<Record<string, string>>;
  /** Keys of claimed things that were written since then. */
  readonly unproven: readonly string[];
  /** SHA-256 over the steps, by which activations that do the same know each other. */
  readonly steps?: string;
  /** Absent where there was no proof yet. */
  readonly level?: ProofLevel;
  /** When it was proven last, ISO 8601; absent where there was no proof yet. */
  readonly at?: string;
}

/** What of a file is ours and whose; everything else in it is foreign. */
export interface OwnershipRecord {
  /** Whether the file was missing before, and so goes with the last claim unless something foreign is in it. */
  readonly created: boolean;
  /** SHA-256 of the `<name>.orig` that we made, which goes with the last claim too. */
  readonly original?: string;
  /** By their ids, which only the state that made them knows. */
  readonly claims: Readonly<Record<string, Claim>>;
  /** By owner and name; absent where nobody has declared one. */
  readonly activations?: Readonly<Record<string, ActivationRecord>>;
}

/** A claim with its id. */
export interface IdentifiedClaim extends Claim {
  readonly id: string;
}

/** The record of a file that we have not touched. */
export const noOwnership: OwnershipRecord = { created: false, claims: {} };

/** Owner of what versions before owners have delivered. */
export const UNNAMED_OWNER = "v1";

/** A new claim's id: 128 random bits, hexadecimal. */
export function createClaimId(randomBytes: (length: number) => Uint8Array): string {
  return Buffer.from(randomBytes(16)).toString("hex");
}

/** All claims with their ids. */
export function claimsOf({ claims }: OwnershipRecord): IdentifiedClaim[] {
  return Object.entries(claims).map(([id, claim]) => ({ id, ...claim }));
}

/** The claim of an id. */
export function findClaim({ claims }: OwnershipRecord, id: string): IdentifiedClaim | undefined {
  const claim = Object.hasOwn(claims, id) ? claims[id] : undefined;
  return claim === undefined ? undefined : { id, ...claim };
}

/** The record with a claim added or replaced. */
export function withClaim(record: OwnershipRecord, { id, ...claim }: IdentifiedClaim): OwnershipRecord {
  return { ...record, claims: { ...record.claims, [id]: claim } };
}

/** The record without these claims. */
export function withoutClaims(record: OwnershipRecord, ids: readonly string[]): OwnershipRecord {
  if (ids.length === 0) return record;
  const gone = new Set(ids);
  const left = Object.entries(record.claims).filter(([id]) => !gone.has(id));
  return { ...record, claims: Object.fromEntries(left) };
}

/**
 * What is written before the file itself: all that either side claims, and for a claim that changes what it
 * was, so that whoever finds the file, changed or not, knows what is whose.
 */
export function transition(before: OwnershipRecord, after: OwnershipRecord): OwnershipRecord {
  const changed = Object.entries(after.claims).map(([id, claim]): [string, Claim] => {
    const prior = Object.hasOwn(before.claims, id) ? before.claims[id] : undefined;
    if (prior === undefined || isSameThing(prior, claim)) return [id, claim];
    const { at, content, generation, identity, origin, kept } = prior;
    const replaces = {
      at,
      content,
      ...(generation === undefined ? {} : { generation }),
      ...(identity === undefined ? {} : { identity }),
      origin,
      ...(kept === undefined ? {} : { kept }),
    };
    return [id, { ...claim, replaces }];
  });
  const original = after.original ?? before.original;
  return {
    ...after,
    // Until nothing is ours any more, it is not forgotten that the file is.
    created: before.created || after.created,
    ...(original === undefined ? {} : { original }),
    claims: { ...before.claims, ...Object.fromEntries(changed) },
  };
}

/** What a claim stands for once it is known whether its last write was finished. */
export function settledClaim<T extends Claim>(claim: T, wasFinished: boolean): T {
  const { replaces, ...settled } = claim;
  if (replaces === undefined) return claim;
  if (wasFinished) return settled as T;
  const { kept: _kept, generation: _generation, identity: _identity, ...rest } = settled;
  return { ...rest, ...replaces } as T;
}

function isSameThing(one: ClaimedThing, other: ClaimedThing): boolean {
  return one.at === other.at && one.content === other.content;
}
