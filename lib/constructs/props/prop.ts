import { Token } from "cdktf";
import { invalidProps, missingProp, unknownProp, unresolvedProp, wrongProp } from "./errors";

/**
 * What a prop must be, checked at run time, because `tsx` looks at no types. `Value` is invariant: a shape that takes
 * less than its type, or more, does not compile.
 */
export interface Prop<in out Value> {
  /** What to give, for people: `a whole number`. */
  readonly expected: string;
  /** What is wrong with a value, in sentences; none where it fits. */
  readonly problemsOf: (value: unknown, name: string) => readonly string[];
  /** Never there; it ties the shape to its type. */
  readonly type?: (value: Value) => Value;
}

/** A prop that may be left out. */
export interface OptionalProp<in out Value> {
  readonly optional: Prop<Value>;
}

/** A shape for each prop: one that is forgotten, or too many, does not compile. */
export type PropShapes<Props> = {
  readonly [Name in Extract<keyof Props, string>]-?: undefined extends Props[Name]
    ? OptionalProp<Exclude<Props[Name], undefined>>
    : Prop<Props[Name]>;
};

/**
 * Insists on the props of a construct, all at once: none that it does not have, none missing, each of its type, and none
 * that Terraform fills in later.
 *
 * @param where whose props they are: a construct's path, or a factory as people write it
 * @throws DeclarationError `invalid-props`
 */
export function requireProps<Props>(where: string, shapes: PropShapes<Props>, props: Props): void {
  throwFor(where, problemsOfAll(shapes, props, "", "the object of props"));
}

/**
 * Insists on one argument.
 *
 * @param name as its declaration calls it
 * @throws DeclarationError `invalid-props`
 */
export function requireArgument<Value>(where: string, name: string, prop: Prop<Value>, value: Value): void {
  throwFor(where, prop.problemsOf(value, name));
}

/** Props within a prop. */
export function object<Props extends object>(expected: string, shapes: PropShapes<Props>): Prop<Props> {
  return { expected, problemsOf: (value, name) => problemsOfAll(shapes, value, `${name}.`, name, expected) };
}

/** A value that is one thing, whatever is within. */
export function leaf<Value>(
  expected: string,
  fits: (value: unknown) => boolean,
  /** What is said of one that does not fit; never the value itself where it may be a secret. */
  shown: (value: unknown) => string = kindOf,
): Prop<Value> {
  return {
    expected,
    problemsOf: (value, name) => {
      if (value === undefined) return [missingProp(name, expected)];
      if (isKnownLater(value)) return [unresolvedProp(name, expected)];
      return fits(value) ? [] : [wrongProp(name, shown(value), expected)];
    },
  };
}

/** Whether Terraform fills a value in, or a part of it, when it deploys. */
export function isKnownLater(value: unknown): boolean {
  if (Token.isUnresolved(value)) return true;
  if (Array.isArray(value)) return value.some(isKnownLater);
  return isPlain(value) && Object.values(value).some(isKnownLater);
}

/** What a value is, without its content. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "string") return "a text";
  if (typeof value !== "object") return `a ${typeof value}`;
  return isPlain(value) ? "an object" : `an object of ${value.constructor.name}`;
}

function problemsOfAll<Props>(
  shapes: PropShapes<Props>,
  props: unknown,
  prefix: string,
  name: string,
  expected = Object.keys(shapes).join(", "),
): readonly string[] {
  if (props === undefined) return [missingProp(name, expected)];
  if (isKnownLater(props) && !isPlain(props)) return [unresolvedProp(name, expected)];
  if (!isRecord(props)) return [wrongProp(name, kindOf(props), expected)];
  const all = Object.entries(shapes) as [string, Prop<unknown> | OptionalProp<unknown>][];
  const known = all.map(([key]) => key);
  const unknown = Object.keys(props).filter((key) => !known.includes(key) && props[key] !== undefined);
  return [
    ...unknown.map((key) => unknownProp(prefix + key, key, known)),
    ...all.flatMap(([key, shape]) => {
      const value = Object.hasOwn(props, key) ? props[key] : undefined;
      if (!("optional" in shape)) return shape.problemsOf(value, prefix + key);
      return value === undefined ? [] : shape.optional.problemsOf(value, prefix + key);
    }),
  ];
}

function throwFor(where: string, problems: readonly string[]): void {
  if (problems.length > 0) throw invalidProps(where, problems);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && Object.getPrototypeOf(value) === Object.prototype;
}
