import { Token } from "cdktf";
import { printableJson } from "../../text";
import { type OptionalProp, type Prop, kindOf, leaf } from "./prop";

export const text: Prop<string> = leaf("a text", (value) => typeof value === "string", shownPlainly);

export const flag: Prop<boolean> = leaf("true or false", (value) => typeof value === "boolean", shownPlainly);

export const number: Prop<number> = leaf(
  "a whole number",
  (value) => typeof value === "number",
  shownPlainly,
);

/** One of a few words: every member of the union. */
export function choice<Value extends string>(choices: Readonly<Record<Value, true>>): Prop<Value> {
  const words = Object.keys(choices).map((word) => JSON.stringify(word));
  const last = words.length > 1 ? ` or ${words.at(-1)}` : "";
  return leaf(
    `${words.slice(0, words.length > 1 ? -1 : 1).join(", ")}${last}`,
    (value) => typeof value === "string" && Object.hasOwn(choices, value),
    shownPlainly,
  );
}

/** One thing of ours, told by members that it has. */
export function made<Value>(expected: string, ...members: readonly AnyKey<Value>[]): Prop<Value> {
  return leaf(
    expected,
    (value) => typeof value === "object" && value !== null && members.every((name) => name in value),
  );
}

/** One of a union that is told by its `kind`: every kind of it. */
export function ofKind<Value extends { readonly kind: string }>(
  expected: string,
  kinds: Readonly<Record<Value["kind"], true>>,
): Prop<Value> {
  const fits = (value: unknown): boolean =>
    typeof value === "object" &&
    value !== null &&
    "kind" in value &&
    typeof value.kind === "string" &&
    Object.hasOwn(kinds, value.kind);
  return leaf(expected, fits, shownPlainly);
}

/** Names of the members of any of a union's types. */
type AnyKey<Value> = Value extends unknown ? Extract<keyof Value, string> : never;

export function listOf<Item>(
  item: Prop<Item>,
  expected = `a list of what is ${item.expected}`,
): Prop<readonly Item[]> {
  const list = leaf<readonly Item[]>(expected, Array.isArray, shownPlainly);
  return {
    expected,
    problemsOf: (value, name) =>
      Array.isArray(value) && !Token.isUnresolved(value)
        ? value.flatMap((each, index) => item.problemsOf(each, `${name}[${index}]`))
        : list.problemsOf(value, name),
  };
}

export const textList: Prop<readonly string[]> = listOf(text, "a list of texts");

/** Texts by name. */
export const texts: Prop<Readonly<Record<string, string>>> = leaf(
  "an object whose values are texts",
  (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((each) => typeof each === "string"),
);

export function either<One, Other>(one: Prop<One>, other: Prop<Other>): Prop<One | Other> {
  const expected = `${one.expected}, or ${other.expected}`;
  return {
    expected,
    problemsOf: (value, name) => {
      const problems = one.problemsOf(value, name);
      if (problems.length === 0 || other.problemsOf(value, name).length === 0) return [];
      return leaf(expected, () => false).problemsOf(value, name);
    },
  };
}

export function optional<Value>(prop: Prop<Value>): OptionalProp<Value> {
  return { optional: prop };
}

/** A value as it was written, where it cannot be a secret. */
function shownPlainly(value: unknown): string {
  if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean")
    return kindOf(value);
  const written = printableJson(value);
  return written.length > 100 ? `${written.slice(0, 100)}…` : written;
}
