/** Where in a file a value is, for people: `stacks › flow › name`. */
export type Place = readonly string[];

/** A value that is not what it must be; `readJsonFile` adds the file and what to do. */
export class WrongShape extends Error {
  constructor(
    readonly place: Place,
    problem: string,
  ) {
    super(problem);
  }
}

/** Reads a JSON value as what it must be. @throws WrongShape naming the place */
export type Shape<Value> = (value: unknown, place: Place) => Value;

/** A member that an object may lack. */
export interface Optional<Value> {
  readonly optional: Shape<Value>;
}

type Member<Value> = undefined extends Value ? Optional<Exclude<Value, undefined>> : Shape<Value>;

/** A shape for each member of an object type: one that is forgotten, or too many, does not compile. */
export type Members<Type> = { readonly [Key in keyof Type]-?: Member<Type[Key]> };

/** How deep plain data may nest; what people write is far below it. */
const DEEPEST = 64;

export const text: Shape<string> = (value, place) => {
  if (typeof value !== "string") throw new WrongShape(place, "a text was expected");
  return value;
};

export const flag: Shape<boolean> = (value, place) => {
  if (typeof value !== "boolean") throw new WrongShape(place, "true or false was expected");
  return value;
};

/** A mark that is there or not. */
export const yes: Shape<true> = (value, place) => {
  if (value !== true) throw new WrongShape(place, "true was expected");
  return value;
};

export const wholeNumber: Shape<number> = (value, place) => {
  if (!Number.isSafeInteger(value)) throw new WrongShape(place, "a whole number was expected");
  return value as number;
};

/** A whole number from 1 on. */
export function numberUpTo(most: number): Shape<number> {
  return (value, place) => {
    const number = wholeNumber(value, place);
    if (number < 1 || number > most)
      throw new WrongShape(place, `a whole number from 1 to ${most} was expected`);
    return number;
  };
}

/** One of a few texts: every member of the union, so that one that is forgotten does not compile. */
export function choiceOf<Value extends string>(choices: Readonly<Record<Value, true>>): Shape<Value> {
  return (value, place) => {
    if (typeof value === "string" && Object.hasOwn(choices, value)) return value as Value;
    throw new WrongShape(place, `one of ${Object.keys(choices).join(", ")} was expected`);
  };
}

/** Text that begins with one of a few words, as references to secrets do. */
export function textWith<Value extends string>(pattern: RegExp, expected: string): Shape<Value> {
  return (value, place) => {
    const read = text(value, place);
    if (!pattern.test(read)) throw new WrongShape(place, `${expected} was expected`);
    return read as Value;
  };
}

/** What a shape reads, or `null`. */
export function orNull<Value>(shape: Shape<Value>): Shape<Value | null> {
  return (value, place) => (value === null ? null : shape(value, place));
}

export function listOf<Item>(item: Shape<Item>): Shape<readonly Item[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw new WrongShape(place, "a list was expected");
    return value.map((each, index) => item(each, [...place, String(index)]));
  };
}

/** An object with any keys, all of one shape. */
export function mapOf<Item>(item: Shape<Item>): Shape<Readonly<Record<string, Item>>> {
  return (value, place) =>
    Object.fromEntries(
      Object.entries(record(value, place)).map(([key, each]) => [key, item(each, [...place, key])]),
    );
}

/** An object with these members; others are left out, because who wrote them may be newer than who reads. */
export function object<Type>(members: Members<Type>): Shape<Type> {
  const shapes = Object.entries(members) as [string, Shape<unknown> | Optional<unknown>][];
  return (value, place) => {
    const given = record(value, place);
    const read = shapes.flatMap(([key, shape]): [string, unknown][] => {
      const member = Object.hasOwn(given, key) ? given[key] : undefined;
      if (typeof shape === "function") return [[key, shape(member, [...place, key])]];
      return member === undefined ? [] : [[key, shape.optional(member, [...place, key])]];
    });
    return Object.fromEntries(read) as Type;
  };
}

export function optional<Value>(shape: Shape<Value>): Optional<Value> {
  return { optional: shape };
}

/** An object whose `kind` says which other members it has. */
export function byKind<Type extends { readonly kind: string }>(kinds: {
  readonly [Kind in Type["kind"]]: Members<Omit<Extract<Type, { readonly kind: Kind }>, "kind">>;
}): Shape<Type> {
  const shapes = new Map(
    Object.entries<object>(kinds).map(([kind, members]) => [
      kind,
      object<Type>({ kind: text, ...members } as unknown as Members<Type>),
    ]),
  );
  return (value, place) => {
    const { kind } = record(value, place);
    const shape = typeof kind === "string" ? shapes.get(kind) : undefined;
    if (shape !== undefined) return shape(value, place);
    throw new WrongShape([...place, "kind"], `one of ${[...shapes.keys()].join(", ")} was expected`);
  };
}

/** Plain data of whatever shape, nested no deeper than anything that walks over it can stand. */
export const plainData: Shape<unknown> = (value, place) => {
  if (place.length > DEEPEST) throw new WrongShape([], `it nests more than ${DEEPEST} deep`);
  if (Array.isArray(value)) return listOf(plainData)(value, place);
  return typeof value === "object" && value !== null ? mapOf(plainData)(value, place) : value;
};

function record(value: unknown, place: Place): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new WrongShape(place, "an object was expected");
  return value as Readonly<Record<string, unknown>>;
}
