import { readFileSync } from "node:fs";
import { join } from "node:path";

import {
  createStore,
  diffStores,
  readStore,
  removeEntry,
  renameEntry,
  setEntry,
  writeStore,
} from "../../lib/keystore";
import type { IdentityEntry, Store } from "../../lib/keystore";
import { generateKey, issueCertificate } from "../../lib/pki";
import { samples, under } from "./samples";

describe("what differs between two stores", () => {
  const store: Store = [
    under("server", samples.rsa),
    under("client", samples.ec),
    under("root", samples.anchor),
  ].reduce(setEntry, createStore("jks"));
  const reread = (store: Store, password: string) => readStore(writeStore(store, password), password);
  const passwords = { before: "wordword", after: "wordword" };

  test("nothing, whatever the order, the dates and the bytes", () => {
    const shuffled = {
      ...store,
      entries: [...store.entries]
        .sort((a, b) => a.alias.localeCompare(b.alias))
        .map((entry) => ({ ...entry, createdMs: 5 })),
    };
    expect(diffStores(reread(store, "wordword"), reread(shuffled, "wordword"), passwords)).toEqual([]);
  });

  test("entries that came, went and were renamed", () => {
    const after = setEntry(
      renameEntry(removeEntry(store, "root"), "client", "partner"),
      under("new", samples.anchor),
    );
    expect(diffStores(store, setEntry(after, under("other", samples.rsa)))).toEqual([
      { kind: "renamed", from: "client", to: "partner" },
      { kind: "renamed", from: "root", to: "new" },
      { kind: "added", alias: "other", entry: "identity" },
    ]);
    expect(diffStores(store, removeEntry(store, "root"))).toEqual([
      { kind: "removed", alias: "root", entry: "anchor" },
    ]);
  });

  test("an entry of another kind went and came", () => {
    expect(diffStores(store, setEntry(store, under("root", samples.rsa)))).toEqual([
      { kind: "removed", alias: "root", entry: "anchor" },
      { kind: "added", alias: "root", entry: "identity" },
    ]);
  });

  test("another key, another expiry, another chain", () => {
    const [first, second] = [generateKey("ec-p256"), generateKey("ec-p256")];
    const identity = (key: typeof first, year: number): IdentityEntry => ({
      kind: "identity",
      alias: "server",
      key: { kind: "clear", pkcs8: key.pkcs8 },
      chain: [
        issueCertificate({
          subject: { commonName: "server" },
          publicKey: key.publicKey,
          issuer: { pkcs8: key.pkcs8 },
          notBefore: new Date(`${year}-01-01T00:00:00Z`),
          validityDays: 365,
          randomBytes: (length) => Buffer.alloc(length, year),
        }),
      ],
    });
    const one = setEntry(createStore("modern"), identity(first, 2025));
    const kinds = (after: IdentityEntry) => diffStores(one, setEntry(one, after)).map(({ kind }) => kind);

    expect(kinds(identity(first, 2026))).toEqual(["expiry-moved"]);
    expect(kinds(identity(second, 2025))).toEqual(["re-keyed"]);
    expect(kinds(identity(second, 2026))).toEqual(["re-keyed", "expiry-moved"]);
    const longer = {
      ...identity(first, 2025),
      chain: [identity(first, 2025).chain[0] ?? Buffer.of(), samples.anchor.certificate],
    };
    expect(kinds(longer)).toEqual(["chain-changed"]);
  });

  test("the profile and the passwords", () => {
    const modern = [under("server", samples.rsa)].reduce(setEntry, createStore("modern"));
    const jks = [under("server", samples.rsa)].reduce(setEntry, createStore("jks"));
    expect(diffStores(reread(modern, "wordword"), reread(jks, "wordword"), passwords)).toEqual([
      { kind: "profile-changed", from: "pkcs12 modern", to: "jks" },
    ]);
    expect(
      diffStores(reread(jks, "wordword"), reread(jks, "other word"), {
        before: "wordword",
        after: "other word",
      }),
    ).toEqual([{ kind: "password-changed" }]);
    const own: IdentityEntry = {
      ...samples.rsa,
      alias: "server",
      key: {
        kind: "clear",
        pkcs8: samples.rsa.key.kind === "clear" ? samples.rsa.key.pkcs8 : Buffer.of(),
        password: "own word",
      },
    };
    expect(diffStores(reread(jks, "wordword"), reread(setEntry(jks, own), "wordword"), passwords)).toEqual([
      { kind: "password-changed", alias: "server" },
    ]);
  });

  test("a key that was put in the place of its namesake, though the certificate stayed", () => {
    const wrong: IdentityEntry = { ...samples.ec, chain: samples.rsa.chain, alias: "server" };
    const changes = diffStores(store, setEntry(store, wrong), passwords);
    expect(changes.map(({ kind }) => kind)).toEqual(["re-keyed"]);
  });

  test("a key that no given password opens, if its bytes differ", () => {
    const own = (password: string, key: IdentityEntry): IdentityEntry => ({
      ...key,
      alias: "server",
      chain: samples.rsa.chain,
      key: { kind: "clear", pkcs8: key.key.kind === "clear" ? key.key.pkcs8 : Buffer.of(), password },
    });
    const holding = (entry: IdentityEntry) => reread(setEntry(createStore("jks"), entry), "wordword");
    const before = holding(own("own word", samples.rsa));
    expect(diffStores(before, holding(own("own word", samples.rsa)), passwords)).toEqual([]);
    expect(diffStores(before, holding(own("own word", samples.ec)), passwords)).toEqual([
      { kind: "sealed-key-changed", alias: "server" },
    ]);
  });

  test("another key under a certificate that was renamed", () => {
    const wrong: IdentityEntry = { ...samples.ec, chain: samples.rsa.chain, alias: "other" };
    const [one, two] = [under("server", samples.rsa), wrong].map((entry) =>
      setEntry(createStore("jks"), entry),
    );
    if (one === undefined || two === undefined) throw new Error("no stores");
    expect(diffStores(one, two, passwords).map(({ kind }) => kind)).toEqual(["renamed", "re-keyed"]);
  });

  test("keys of ML-DSA, which Node 20 cannot compute with", () => {
    const bytes = readFileSync(join(__dirname, "../fixtures/pkcs12/jdk25-ml-dsa.p12"));
    const mlDsa = readStore(bytes, "changeit");
    const both = { before: "changeit", after: "changeit" };
    expect(diffStores(mlDsa, mlDsa, both)).toEqual([]);
    const [first, second] = mlDsa.entries.filter((entry) => entry.kind === "identity");
    if (first === undefined || second === undefined) throw new Error("no identities");
    const swapped = { ...mlDsa, entries: [{ ...first, key: second.key }, second] };
    expect(diffStores(mlDsa, swapped, both)).toMatchObject([{ kind: "re-keyed", alias: "ml" }]);
  });
});
