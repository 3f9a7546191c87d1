import fc from "fast-check";

import {
  createStore,
  findEntry,
  openKey,
  PROFILES,
  readStore,
  removeEntry,
  setEntry,
  writeStore,
} from "../../lib/keystore";
import type { Store, StoreEntry } from "../../lib/keystore";
import type { StoreProfile } from "../../lib/model";
import { samples, under } from "./samples";

/** A PKCS12 store costs the derivations it is made for, so a few of them must do in a quick run. */
const runs = (profile: StoreProfile): number =>
  process.env["SLOW"] === "1" ? 200 : profile === "jks" ? 100 : 1;
const PASSWORD = "wordword";
const profiles = Object.keys(PROFILES) as StoreProfile[];

/** Aliases of every script, outside the BMP too, but for what the formats themselves cannot tell apart. */
const alias = fc
  .string({ unit: "grapheme", minLength: 1, maxLength: 20 })
  .map((text) => text.trim().toLowerCase())
  .filter((text) => text !== "");

const entry: fc.Arbitrary<StoreEntry> = fc
  .record({ alias, kind: fc.constantFrom("rsa" as const, "ec" as const, "anchor" as const) })
  .map(({ alias, kind }) => under(alias, samples[kind]));

const entries = fc.uniqueArray(entry, {
  maxLength: 5,
  selector: (entry) => entry.alias,
});

describe.each(profiles)("any %s store", (profile) => {
  const storeOf = (entries: readonly StoreEntry[]): Store => entries.reduce(setEntry, createStore(profile));

  test("holds after reading what it held before writing", () => {
    fc.assert(
      fc.property(entries, (entries) => {
        const read = readStore(writeStore(storeOf(entries), PASSWORD), PASSWORD);
        expect(read.integrity).toBe("verified");
        expect(describeContent(read)).toEqual(describeContent(storeOf(entries)));
      }),
      { numRuns: runs(profile) },
    );
  });

  test("has the same bytes each time it is written, also after it was read", () => {
    fc.assert(
      fc.property(entries, (entries) => {
        const bytes = writeStore(storeOf(entries), PASSWORD);
        expect(writeStore(storeOf(entries), PASSWORD)).toEqual(bytes);
        const read = readStore(bytes, PASSWORD);
        expect(writeStore(read, PASSWORD)).toEqual(writeStore(read, PASSWORD));
      }),
      { numRuns: runs(profile) },
    );
  });

  test("is the same after something was set twice", () => {
    fc.assert(
      fc.property(entries, entry, (entries, added) => {
        const once = setEntry(readStore(writeStore(storeOf(entries), PASSWORD), PASSWORD), added);
        expect(writeStore(setEntry(once, added), PASSWORD)).toEqual(writeStore(once, PASSWORD));
      }),
      { numRuns: runs(profile) },
    );
  });

  test("has its original entries after what was added is removed", () => {
    fc.assert(
      fc.property(entries, entry, (entries, added) => {
        const before = readStore(writeStore(storeOf(entries), PASSWORD), PASSWORD);
        fc.pre(findEntry(before, added.alias) === undefined);
        const edited = readStore(writeStore(setEntry(before, added), PASSWORD), PASSWORD);
        const after = readStore(writeStore(removeEntry(edited, added.alias), PASSWORD), PASSWORD);
        expect(describeContent(after)).toEqual(describeContent(before));
      }),
      { numRuns: runs(profile) },
    );
  });
});

/** What a store means: kinds, aliases, keys and chains, in any order. */
function describeContent(store: Store): string[] {
  return store.entries.map(describeEntry).sort();
}

function describeEntry(entry: StoreEntry): string {
  if (entry.kind === "secret") return `secret ${entry.alias}`;
  const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString("base64");
  if (entry.kind === "anchor") return `anchor ${entry.alias} ${base64(entry.certificate)}`;
  return [`identity ${entry.alias}`, base64(openKey(entry, PASSWORD)), ...entry.chain.map(base64)].join(" ");
}
