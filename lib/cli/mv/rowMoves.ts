import type { TrustPlan } from "../../model";
import type { StateRow } from "../../project";
import { type AddressedPart, addressedParts } from "../../synth/terraform/addressedPart";
import { digestOf, plainName } from "../../synth/terraform/resourceName";
import { newIsInState } from "./errors";
import { type Rename, isWithin, oldIdOf, stacksOf } from "./rename";

/** One row with the address that it has, and the one that it should have. */
export interface RowMove {
  readonly from: string;
  readonly to: string;
}

/** What a rename means for the states of the two stacks, or of the one. */
export interface StateMoves {
  readonly moves: readonly RowMove[];
  /** Rows of the old state that an earlier run, which was killed, has put into the new one. */
  readonly leftBehind: readonly string[];
  /** Rows that stand under the new id, once all of this is done. */
  readonly rows: readonly StateRow[];
}

export interface States {
  /** What the new stack declares now. */
  readonly plan: TrustPlan;
  /** What the old one declares now; the same plan where it is the same stack, absent where it is gone. */
  readonly oldPlan?: TrustPlan;
  readonly from: readonly StateRow[];
  readonly to: readonly StateRow[];
}

/**
 * Finds the rows of what was renamed, by the addresses that synth gave it before.
 *
 * @throws MoveError `new-in-state` where a new address is taken by something else
 */
export function rowMovesOf(rename: Rename, { plan, oldPlan, from, to }: States): StateMoves {
  const stacks = stacksOf(rename);
  const kept = addressesOf(oldPlan, (id) => !isWithin(id, rename.to));
  const taken = addressesOf(plan, (id) => !isWithin(id, rename.to));
  const there = new Map(to.filter(({ isPlain }) => isPlain).map((row) => [row.address, row]));
  const result = { moves: [] as RowMove[], leftBehind: [] as string[], rows: [] as StateRow[] };
  const inTheWay: string[] = [];

  for (const part of addressedParts(plan).filter(({ id }) => isWithin(id, rename.to))) {
    const old = namesOf(part, stacks.from, oldIdOf(rename, part.id));
    const rows = from.filter(
      (row) => row.isPlain && row.type === part.type && old.pattern.test(row.name) && !kept.has(row.address),
    );
    const now = namesOf(part, stacks.to, part.id);
    for (const row of rows) {
      const address = addressOf(part.type, now.withFingerprintOf(row.name, old), now, taken);
      const known = there.get(address);
      if (stacks.from === stacks.to && address === row.address) result.rows.push(row);
      else if (known === undefined) {
        result.moves.push({ from: row.address, to: address });
        result.rows.push(row);
      } else if (isSame(known, row)) result.leftBehind.push(row.address);
      else inTheWay.push(address);
    }
    result.rows.push(
      ...to.filter((row) => row.isPlain && row.type === part.type && now.pattern.test(row.name)),
    );
  }
  if (inTheWay.length > 0) throw newIsInState(stacks.to, inTheWay);
  return { ...result, rows: [...new Set(result.rows)] };
}

interface Names {
  readonly plain: string;
  readonly digest: string;
  /** What a row of the part may be called: with a digest where another part had the name already. */
  readonly pattern: RegExp;
  readonly withFingerprintOf: (name: string, old: Names) => string;
}

function namesOf({ hasFingerprint }: AddressedPart, stack: string, id: string): Names {
  const plain = plainName(stack, id);
  const digest = digestOf(id);
  const pattern = new RegExp(`^${plain}${hasFingerprint ? "_[0-9a-f]{8}" : ""}(_${digest})?$`);
  return {
    plain,
    digest,
    pattern,
    // Generations of one anchor stand beside each other, so each keeps its own.
    withFingerprintOf: (name, old) =>
      hasFingerprint ? `${plain}${name.slice(old.plain.length, old.plain.length + 9)}` : plain,
  };
}

function addressOf(type: string, name: string, { digest }: Names, taken: ReadonlySet<string>): string {
  const address = `${type}.${name}`;
  return taken.has(address) ? `${address}_${digest}` : address;
}

/** Addresses of parts that are declared; of anchors as well, whose fingerprints the plan pins. */
function addressesOf(plan: TrustPlan | undefined, isMeant: (id: string) => boolean): Set<string> {
  if (plan === undefined) return new Set();
  const parts = addressedParts(plan).filter(({ id, hasFingerprint }) => isMeant(id) && !hasFingerprint);
  return new Set(parts.map(({ type, id }) => `${type}.${plainName(plan.stack, id)}`));
}

/** A claim is one row's only; what claims nothing is known by its id. */
function isSame(one: StateRow, other: StateRow): boolean {
  const name = ({ claim, id }: StateRow) => (claim === undefined || claim === "" ? id : claim);
  return name(one) === name(other);
}
