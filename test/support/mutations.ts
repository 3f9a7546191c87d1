/** A damaged file, and what was done to it. */
export interface Mutation {
  readonly what: string;
  readonly content: string | Uint8Array;
}

/** Draws a number below the given one. */
export type Random = (below: number) => number;

/** Damages a JSON file in one of the ways that disks, editors, merges and strangers do. */
export function mutate(value: unknown, random: Random): Mutation {
  const text = JSON.stringify(value, null, 2);
  const ways: readonly (() => Mutation)[] = [
    ...Array.from({ length: 7 }, () => () => mutateText(text, random)),
    () => ({ what: "another top", content: JSON.stringify(STRANGE[random(STRANGE.length)]) }),
    ...Array.from({ length: 8 }, () => () => replaceOne(value, random)),
  ];
  return choose(ways, random)();
}

/** Damages any text file. */
export function mutateText(text: string, random: Random): Mutation {
  const at = random(text.length);
  const ways: readonly (() => Mutation)[] = [
    () => ({ what: `cut at ${at}`, content: text.slice(0, at) }),
    () => ({ what: `NUL at ${at}`, content: `${text.slice(0, at)}\0${text.slice(at + 1)}` }),
    () => {
      const bytes = Buffer.from(text);
      bytes[at] = 0x80 + random(128);
      return { what: `byte at ${at}`, content: bytes };
    },
    () => {
      const byte = String.fromCharCode(32 + random(95));
      return { what: `"${byte}" at ${at}`, content: text.slice(0, at) + byte + text.slice(at + 1) };
    },
    () => ({ what: `conflict at ${at}`, content: `${text.slice(0, at)}\n<<<<<<< ours\n${text.slice(at)}` }),
    () => ({ what: "byte order mark", content: `\uFEFF${text}` }),
    () => ({ what: "UTF-16", content: Buffer.from(text, "utf16le") }),
  ];
  return choose(ways, random)();
}

function choose<T>(all: readonly T[], random: Random): T {
  const chosen = all[random(all.length)];
  if (chosen === undefined) throw new Error("nothing to choose from");
  return chosen;
}

const STRANGE: readonly unknown[] = [
  null,
  true,
  -1,
  1e308,
  "",
  "../../../../etc/passwd",
  "a\0b",
  "x".repeat(100_000),
  [],
  [[]],
  {},
  { kind: "nothing" },
  { toString: "x", __proto__: 1 },
  Array.from({ length: 200 }).reduce<unknown>((inner) => ({ inner }), 1),
];

/** Puts something else in the place of one value, or takes a member away. */
export function replaceOne(value: unknown, random: Random): Mutation {
  const copy = structuredClone(value);
  const places: { readonly parent: Record<string, unknown>; readonly key: string; readonly path: string }[] =
    [];
  const walk = (node: unknown, path: string): void => {
    if (typeof node !== "object" || node === null) return;
    for (const key of Object.keys(node)) {
      const parent = node as Record<string, unknown>;
      places.push({ parent, key, path: `${path}/${key}` });
      walk(parent[key], `${path}/${key}`);
    }
  };
  walk(copy, "");
  const place = choose(places, random);
  if (random(4) === 0) delete place.parent[place.key];
  else place.parent[place.key] = STRANGE[random(STRANGE.length)];
  return {
    what: `${place.path} is ${JSON.stringify(place.parent[place.key])?.slice(0, 40)}`,
    content: JSON.stringify(copy),
  };
}

/** Numbers that are the same in every run (mulberry32). */
export function seeded(seed: number): Random {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}
