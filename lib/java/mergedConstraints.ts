import type { NameConstraint, NameConstraints } from "../pki";
import { covers, coversDirectory, coversHost } from "./constraints";
import { addressRange, isWithin } from "./addressRange";

/** How a constraint is to another: of no kind with it, the same, wider, narrower, or of its kind with nothing in common. */
type Relation = "other-kind" | "same" | "wider" | "narrower" | "apart";

/**
 * What the name constraints of an authority and of one below it come to (JDK classes `NameConstraintsExtension` and
 * `GeneralSubtrees`), which is less than both where several are narrower than one.
 *
 * @param upper of all that stands above
 * @returns undefined where Java fails, whatever the names below: it finds no name of a kind that both permit
 */
export function mergeConstraints(
  upper: NameConstraints,
  lower: NameConstraints,
): NameConstraints | undefined {
  const permitted = intersection(upper.permitted, lower.permitted);
  return permitted === undefined
    ? undefined
    : { permitted, excluded: [...upper.excluded, ...lower.excluded] };
}

function intersection(
  upper: readonly NameConstraint[],
  lower: readonly NameConstraint[],
): readonly NameConstraint[] | undefined {
  if (upper.length === 0 || lower.length === 0) return upper.length === 0 ? lower : upper;
  const left = minimal(upper);
  const others = minimal(lower);
  const narrower: NameConstraint[] = [];
  for (let at = 0; at < left.length; at += 1) {
    const constraint = left[at];
    if (constraint === undefined) continue;
    const telling = others.find((other) => !isUntold(relation(constraint, other)));
    const isWider = telling !== undefined && relation(constraint, telling) === "wider";
    const isAlone = telling === undefined && others.some((other) => relation(constraint, other) === "apart");
    if (isAlone && !left.some((one) => one.kind === constraint.kind && meetsAny(one, others)))
      return undefined;
    if (isWider) narrower.push(telling);
    if (isWider || isAlone) {
      left.splice(at, 1);
      at -= 1;
    }
  }
  const merged = [...left, ...narrower];
  // Of a kind that nothing is left of, and only beside what is left of another.
  const added = others.filter(
    ({ kind }) => merged.length > 0 && merged.every((constraint) => constraint.kind !== kind),
  );
  return [...merged, ...added];
}

function isUntold(found: Relation): boolean {
  return found === "other-kind" || found === "apart";
}

function meetsAny(one: NameConstraint, others: readonly NameConstraint[]): boolean {
  return others.some((other) => !isUntold(relation(one, other)));
}

/** Without those that another one covers. */
function minimal(constraints: readonly NameConstraint[]): NameConstraint[] {
  return constraints.filter(
    (constraint, at) =>
      !constraints.some((other, otherAt) => {
        const found = relation(other, constraint);
        return found === "wider" || (found === "same" && otherAt > at);
      }),
  );
}

/** How one is to the other: `wider` where the other is within it. */
function relation(one: NameConstraint, other: NameConstraint): Relation {
  if (one.kind !== other.kind) return "other-kind";
  if (one.value.toLowerCase() === other.value.toLowerCase()) return "same";
  if (contains(one, other)) return "wider";
  return contains(other, one) ? "narrower" : "apart";
}

function contains(outer: NameConstraint, inner: NameConstraint): boolean {
  switch (outer.kind) {
    case "ip":
      return isWithin(addressRange(inner.value), addressRange(outer.value));
    case "uri":
      return coversHost(outer.value.toLowerCase(), inner.value.toLowerCase());
    case "directory":
      return coversDirectory(outer.value, inner.value);
    case "dns":
    case "email":
      return covers(outer, inner.value);
    case "other":
      return false;
  }
}
