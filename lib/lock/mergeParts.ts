import { canonicalJson } from "./canonicalJson";
import type { SignedPart } from "./lock";

/** One of the two that are merged, as git calls them. */
export type Side = "ours" | "theirs";

/** A part that somebody has to decide about. */
export interface MergeConflict {
  readonly part: SignedPart["part"];
  /** Id of the identity, place of the observation; empty for the header. */
  readonly key: string;
  /** What both sides did, what the merged lock holds, and what to do. */
  readonly reason: string;
}

/** How parts of one kind are merged. */
export interface MergeRules<Item> {
  readonly part: SignedPart["part"];
  /** The side whose header, and so whose signer, the merged lock has. */
  readonly header: Side;
  /** Whether a part of the other side can stand under that header. */
  readonly isUsable: (item: Item) => boolean;
  /** JSON of what makes two parts the same. */
  readonly contentOf: (item: Item) => unknown;
  /** Which of two changed parts takes the place of the other; undefined where neither does. */
  readonly newer: (ours: Item, theirs: Item) => Side | undefined;
  /** Both in one, where neither takes the place of the other; undefined where that needs somebody who signs. */
  readonly joined: (ours: Item, theirs: Item) => Item | undefined;
  /** What resolves a conflict, for people. */
  readonly remedy: (ours: Item, key: string, theirs: Item) => string;
}

type Items<Item> = ReadonlyMap<string, Item>;

/** The parts of one kind, each taken from one of the sides. */
export function mergeParts<Item>(
  { base, ours, theirs }: Readonly<Record<Side, Items<Item>>> & { readonly base: Items<Item> | undefined },
  rules: MergeRules<Item>,
): { items: Items<Item>; conflicts: MergeConflict[] } {
  const items = new Map<string, Item>();
  const conflicts: MergeConflict[] = [];
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const sides = { ours: ours.get(key), theirs: theirs.get(key) };
    const { side, joined, problem } = choose({ base: base?.get(key), ...sides }, rules, key);
    const chosen = joined ?? sides[side];
    const isLost = side !== rules.header && chosen !== undefined && !rules.isUsable(chosen);
    const item = isLost ? sides[rules.header] : chosen;
    if (item !== undefined) items.set(key, item);
    const reason = isLost ? shutOut(side, sides[rules.header] !== undefined, rules.part, key) : problem;
    if (reason !== undefined) conflicts.push({ part: rules.part, key, reason });
  }
  return { items, conflicts };
}

export function otherSide(side: Side): Side {
  return side === "ours" ? "theirs" : "ours";
}

interface Choice<Item> {
  readonly side: Side;
  /** In the place of that side's. */
  readonly joined?: Item;
  /** Set where the choice is not a merge. */
  readonly problem?: string;
}

function choose<Item>(
  { base, ours, theirs }: { readonly [Which in Side | "base"]: Item | undefined },
  { contentOf, header, joined: join, newer, remedy }: MergeRules<Item>,
  key: string,
): Choice<Item> {
  const text = (item: Item | undefined) => (item === undefined ? undefined : canonicalJson(contentOf(item)));
  const [before, one, other] = [text(base), text(ours), text(theirs)];
  // The side with the header has sealed and signed it for that header.
  if (one === other) return { side: header };
  if (one === before) return { side: "theirs" };
  if (other === before) return { side: "ours" };
  if (ours === undefined || theirs === undefined) {
    const side = ours === undefined ? "theirs" : "ours";
    const problem =
      `${otherSide(side)} removed it and ${side} changed it; it is kept as ${side} has it, ` +
      "and `cdktf-trust lock` drops what no stack declares";
    return { side, problem };
  }
  const side = newer(ours, theirs);
  if (side !== undefined) return { side };
  const joined = join(ours, theirs);
  if (joined !== undefined) return { side: header, joined };
  return {
    side: "ours",
    problem: `both sides changed it; it is kept as ours has it, and ${remedy(ours, key, theirs)}`,
  };
}

/** What new keys on the other side, with the removal of a recipient or without, do to a change. */
function shutOut(side: Side, isThere: boolean, part: SignedPart["part"], key: string): string {
  const left = isThere ? `it is kept as ${otherSide(side)} has it` : "it is left out";
  const command = part === "observation" ? "lock --observe" : isThere ? `lock --renew ${key}` : "lock";
  return (
    `${side} changed it, and ${otherSide(side)} removed a recipient or made new keys, which it is not sealed or signed ` +
    `with; ${left}, and \`cdktf-trust ${command}\` makes the change again`
  );
}
