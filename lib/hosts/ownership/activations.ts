import {
  type ActivationRecord,
  claimsOf,
  type IdentifiedClaim,
  type OwnershipRecord,
  type ProofLevel,
} from "./record";

/** Names a claimed thing within its file: `key flow`, `anchor x`, `setting property a`, `file `. */
export function claimKey({ kind, at }: Pick<IdentifiedClaim, "kind" | "at">): string {
  return `${kind} ${at}`;
}

/** Key of what is no claim, and what a product has to read all the same: the password that the store is under. */
export const STORE_PASSWORD_KEY = "password ";

/** Names an activation within a record. */
export function activationKey(owner: string, name: string): string {
  return `${owner} ${name}`;
}

/** What of a file one owner has claimed that a product may read; a store as such says nothing of what is in it. */
export function claimsToActivate(record: OwnershipRecord, owner: string): IdentifiedClaim[] {
  return claimsOf(record).filter((claim) => claim.owner === owner && claim.kind !== "store");
}

/** Contents of an owner's claims by their keys. */
export function contentsOf(record: OwnershipRecord, owner: string): ReadonlyMap<string, string> {
  return new Map(claimsToActivate(record, owner).map((claim) => [claimKey(claim), claim.content]));
}

/** An activation in a record; undefined where it has never looked at the file. */
export function findActivation(
  { activations }: OwnershipRecord,
  owner: string,
  name: string,
): ActivationRecord | undefined {
  const key = activationKey(owner, name);
  return activations !== undefined && Object.hasOwn(activations, key) ? activations[key] : undefined;
}

/**
 * Whether the product has still to read something of an owner's.
 *
 * @param excepted - keys of what this activation cannot prove
 */
export function isOwed(
  record: OwnershipRecord,
  owner: string,
  name: string,
  excepted: ReadonlySet<string> = new Set(),
): boolean {
  const known = findActivation(record, owner, name);
  if (known?.unproven.some((key) => !excepted.has(key)) === true) return true;
  const contents = [...contentsOf(record, owner)].filter(([key]) => !excepted.has(key));
  if (contents.length === 0) return false;
  if (known?.at === undefined) return true;
  return contents.some(([key, content]) => known.proven[key] !== content);
}

/** Whether a claim is to something else than was proven, or to what was written since. */
export function isUnproven({ proven, unproven }: ActivationRecord, claim: IdentifiedClaim): boolean {
  const key = claimKey(claim);
  return proven[key] !== claim.content || unproven.includes(key);
}

/** What was in the place of something that a write changes. */
export interface ChangedThing {
  /** What the owner itself had claimed there. @default - nothing */
  readonly before?: string;
  /** What another owner had claimed there, whose claim this one takes the place of. @default - nothing */
  readonly inherited?: string;
}

/** Changed things by owner and key. */
export type ChangedThings = ReadonlyMap<string, ReadonlyMap<string, ChangedThing>>;

/**
 * What a write changes of each owner's: what stands on either side of a claim that comes, goes, moves or gets another
 * content, and what is written anew.
 *
 * @param rewritten - keys of things that the write puts back or writes again
 */
export function changedThings(
  before: OwnershipRecord,
  after: OwnershipRecord,
  rewritten: readonly string[] = [],
): ChangedThings {
  const again = new Set(rewritten);
  const superseded = new Map(
    claimsOf(before)
      .filter(
        ({ id }) => !Object.hasOwn(after.claims, id) || after.claims[id]?.owner !== before.claims[id]?.owner,
      )
      .map((claim) => [claimKey(claim), claim]),
  );
  return new Map(
    [...ownersOf(before, after)].map((owner) => {
      const [had, has] = [contentsOf(before, owner), contentsOf(after, owner)];
      const keys = [...new Set([...had.keys(), ...has.keys(), STORE_PASSWORD_KEY])];
      const changed = keys.filter((key) => had.get(key) !== has.get(key) || again.has(key));
      return [
        owner,
        new Map(changed.map((key) => [key, thingBefore(had.get(key), superseded.get(key), owner)])),
      ];
    }),
  );
}

function thingBefore(
  before: string | undefined,
  superseded: IdentifiedClaim | undefined,
  owner: string,
): ChangedThing {
  if (before !== undefined) return { before };
  return superseded === undefined || superseded.owner === owner ? {} : { inherited: superseded.content };
}

/** The record in which every activation of these owners has these things still to prove. */
export function withUnproven(record: OwnershipRecord, changed: ChangedThings): OwnershipRecord {
  if (record.activations === undefined) return record;
  return withActivations(
    record,
    Object.entries(record.activations).map(([key, known]) => {
      const things = [...(changed.get(ownerOfKey(key)) ?? [])];
      const inherited = things.flatMap(([thing, one]) =>
        one.inherited === undefined ? [] : [[thing, one.inherited]],
      );
      const proven = { ...Object.fromEntries(inherited), ...known.proven };
      const unproven = [...new Set([...known.unproven, ...things.map(([thing]) => thing)])];
      return [key, { ...known, proven, unproven }];
    }),
  );
}

/** The record without the activations of owners who have claimed nothing any more. */
export function withoutIdleActivations(record: OwnershipRecord): OwnershipRecord {
  if (record.activations === undefined) return record;
  const owners = new Set(claimsOf(record).map(({ owner }) => owner));
  return withActivations(
    record,
    Object.entries(record.activations).filter(([key]) => owners.has(ownerOfKey(key))),
  );
}

/**
 * The record in which an activation is known, before it does anything.
 *
 * @param before - contents, by key, that this run found in the place of what it has written since; undefined where it
 *   found nothing. All else is taken for what the product runs with.
 * @param steps - SHA-256 over its steps
 */
export function withBegunActivation(
  record: OwnershipRecord,
  owner: string,
  name: string,
  before: ReadonlyMap<string, string | undefined>,
  steps: string,
): OwnershipRecord {
  const known = findActivation(record, owner, name);
  if (known?.steps === steps) return record;
  if (known !== undefined) return withActivation(record, owner, name, { ...known, steps });
  const found = new Map<string, string | undefined>([...contentsOf(record, owner), ...before]);
  const proven = Object.fromEntries(
    [...found].filter((one): one is [string, string] => one[1] !== undefined),
  );
  return withActivation(record, owner, name, { proven, unproven: [...before.keys()], steps });
}

/** What an activation has shown, and from which state of the file it started. */
export interface ActivationProof {
  readonly owner: string;
  readonly name: string;
  /** Activations of the owner that do the same, so that what holds for one holds for all; this one's name may be among them. */
  readonly alike: readonly string[];
  /** Keys of what it cannot prove. */
  readonly excepted: ReadonlySet<string>;
  /** The record as it was when the first step began. */
  readonly started: OwnershipRecord;
  readonly steps: string;
  readonly level: ProofLevel;
  /** ISO 8601. */
  readonly at: string;
}

/** The record after a proof; what was written since the first step began stays unproven. */
export function withProof(record: OwnershipRecord, proof: ActivationProof): OwnershipRecord {
  const { owner, name, alike, excepted, started, steps, level, at } = proof;
  const [shown, now] = [contentsOf(started, owner), contentsOf(record, owner)];
  const proveOne = (before: OwnershipRecord, one: string): OwnershipRecord => {
    const known = findActivation(before, owner, one) ?? { proven: {}, unproven: [] };
    const marked = new Set(findActivation(started, owner, one)?.unproven ?? []);
    const isShown = (key: string) => !excepted.has(key) && shown.get(key) === now.get(key);
    const kept = Object.entries(known.proven).filter(([key]) => now.has(key) || excepted.has(key));
    const isProvenItself = one === name || (known.at === undefined && excepted.size === 0);
    return withActivation(before, owner, one, {
      ...known,
      proven: Object.fromEntries([...kept, ...[...shown].filter(([key]) => !excepted.has(key))]),
      unproven: known.unproven.filter((key) => !isShown(key) || !marked.has(key)),
      steps,
      ...(isProvenItself ? { level, at } : {}),
    });
  };
  return [...new Set([name, ...alike])].reduce(proveOne, record);
}

/** Names of an owner's activations in a record that have these steps. */
export function activationsAlike(
  { activations = {} }: OwnershipRecord,
  owner: string,
  steps: string,
): string[] {
  return Object.entries(activations)
    .filter(([key, known]) => ownerOfKey(key) === owner && known.steps === steps)
    .map(([key]) => key.slice(owner.length + 1));
}

function withActivation(
  record: OwnershipRecord,
  owner: string,
  name: string,
  activation: ActivationRecord,
): OwnershipRecord {
  return {
    ...record,
    activations: { ...record.activations, [activationKey(owner, name)]: activation },
  };
}

function withActivations(
  before: OwnershipRecord,
  activations: readonly (readonly [string, ActivationRecord])[],
): OwnershipRecord {
  const { activations: _, ...record } = before;
  return activations.length === 0 ? record : { ...record, activations: Object.fromEntries(activations) };
}

/** A name has no blanks, an owner may have. */
function ownerOfKey(key: string): string {
  return key.slice(0, key.lastIndexOf(" "));
}

function ownersOf(...records: readonly OwnershipRecord[]): ReadonlySet<string> {
  return new Set(records.flatMap((record) => claimsOf(record).map(({ owner }) => owner)));
}
