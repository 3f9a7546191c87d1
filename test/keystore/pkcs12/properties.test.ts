import fc from "fast-check";
import { decryptPrivateKeyInfo } from "../../../lib/keystore/encryption";
import { createPkcs12Store, readPkcs12, writePkcs12 as writeFor } from "../../../lib/keystore/pkcs12";
import type { Store, StoreEntry } from "../../../lib/keystore/store";
import { anchorEntry, identityEntry, issuing, makeIdentity, root } from "./samples";

const numRuns = process.env["SLOW"] === undefined ? 15 : 500;

const identities = [
  makeIdentity("one.example"),
  makeIdentity("two.example"),
  makeIdentity("three.example", "ed25519"),
  makeIdentity("four.example", "ec", root),
  makeIdentity("five.example", "ec", "self"),
];
const anchors = [root, issuing, ...identities];
const passwords = fc.oneof(fc.constantFrom("changeit", "žluťoučký", ""), fc.string({ maxLength: 20 }));

/** As the tool writes for itself: under any password. */
const writePkcs12 = (store: Store, password: string): Buffer => writeFor(store, password, "cdktf-trust");

const entry = (alias: string): fc.Arbitrary<StoreEntry> =>
  fc.oneof(
    fc.constantFrom(...anchors).map((made) => anchorEntry(alias, made)),
    fc
      .tuple(fc.constantFrom(...identities), fc.option(passwords, { nil: undefined }))
      .map(([made, password]) => identityEntry(alias, made, password)),
  );

const aliases = fc.uniqueArray(
  fc.oneof(fc.string({ maxLength: 12 }), fc.string({ unit: "binary", maxLength: 8 })),
  {
    selector: (alias) => alias.toLowerCase(),
    maxLength: 8,
  },
);
const entryLists = aliases.chain((names) => fc.tuple(...names.map(entry)));

function storeOf(entries: readonly StoreEntry[]): Store {
  return { ...createPkcs12Store("modern"), entries };
}

/** What PKCS12 keeps: keys first and in lower case, no date, keys as they open under their password. */
function meant(entries: readonly StoreEntry[], storePassword: string): unknown[] {
  const shown = entries.map((one) => {
    if (one.kind !== "identity") return { kind: one.kind, alias: one.alias, certificate: certificateOf(one) };
    const { alias, chain, key } = one;
    if (key.kind === "sealed") throw new Error("only keys in the clear are meant");
    return {
      kind: one.kind,
      alias: alias.toLowerCase(),
      chain,
      pkcs8: key.pkcs8,
      password: key.password ?? storePassword,
    };
  });
  return [
    ...shown.filter(({ kind }) => kind === "identity"),
    ...shown.filter(({ kind }) => kind !== "identity"),
  ];
}

function found(store: Store, wanted: readonly StoreEntry[], storePassword: string): unknown[] {
  return store.entries.map((one) => {
    if (one.kind !== "identity") return { kind: one.kind, alias: one.alias, certificate: certificateOf(one) };
    const { alias, chain, key } = one;
    const origin = wanted.find((candidate) => candidate.alias.toLowerCase() === alias);
    const own = origin?.kind === "identity" && origin.key.kind === "clear" ? origin.key.password : undefined;
    if (key.kind === "clear") throw new Error("a key was left open");
    const password = own ?? storePassword;
    return {
      kind: one.kind,
      alias,
      chain,
      pkcs8: decryptPrivateKeyInfo(key.encryptedPrivateKeyInfo, password),
      password,
    };
  });
}

function certificateOf(one: StoreEntry): Uint8Array | undefined {
  return one.kind === "anchor" ? one.certificate : undefined;
}

describe("PKCS12, for arbitrary stores", () => {
  test("what is written is what is read", () => {
    fc.assert(
      fc.property(entryLists, passwords, (entries, password) => {
        const read = readPkcs12(writePkcs12(storeOf(entries), password), password);
        expect(read.integrity).toBe("verified");
        expect(found(read, entries, password)).toEqual(meant(entries, password));
      }),
      { numRuns },
    );
  });

  test("the same content gives the same bytes", () => {
    fc.assert(
      fc.property(entryLists, passwords, (entries, password) => {
        const bytes = writePkcs12(storeOf(entries), password);
        const copy = entries.map((one) => structuredClone(one));
        expect(writePkcs12(storeOf(copy), password).equals(bytes)).toBe(true);
      }),
      { numRuns },
    );
  });

  test("merging is idempotent, and removing what was added gives the original entries", () => {
    fc.assert(
      fc.property(entryLists, entryLists, passwords, (theirs, ours, password) => {
        const merge = (bytes: Uint8Array): Buffer => {
          const store = readPkcs12(bytes, password);
          const names = new Set(ours.map(({ alias }) => alias.toLowerCase()));
          const kept = store.entries.filter(({ alias }) => !names.has(alias.toLowerCase()));
          return writePkcs12({ ...store, entries: [...kept, ...ours] }, password);
        };
        const names = new Set(ours.map(({ alias }) => alias.toLowerCase()));
        const foreign = theirs.filter(({ alias }) => !names.has(alias.toLowerCase()));
        const original = writePkcs12(storeOf(foreign), password);
        const once = merge(original);
        expect(merge(once).equals(once)).toBe(true);

        const store = readPkcs12(once, password);
        const rest = store.entries.filter(({ alias }) => !names.has(alias.toLowerCase()));
        const back = readPkcs12(writePkcs12({ ...store, entries: rest }, password), password);
        expect(back.entries.map(withoutExtra)).toEqual(
          readPkcs12(original, password).entries.map(withoutExtra),
        );
      }),
      { numRuns },
    );
  });
});

function withoutExtra(one: StoreEntry): unknown {
  const { extra: _, ...rest } = one;
  return rest;
}
