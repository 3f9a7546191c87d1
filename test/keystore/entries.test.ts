import {
  createStore,
  diffStores,
  entryToReplace,
  findEntry,
  hiddenAliases,
  namedEntry,
  readStore,
  removeEntry,
  renameEntry,
  setEntry,
  writeStore,
} from "../../lib/keystore";
import type { Store } from "../../lib/keystore";
import { certificateBag, makeFile } from "./pkcs12/handmade";
import { samples, under } from "./samples";

const twoSpellings = ["ABC", "abc"].map((name) =>
  certificateBag(samples.anchor.certificate, { name, trusted: true }),
);

describe("entries of a store", () => {
  const store = (profile: "jks" | "modern"): Store =>
    ["Alpha", "beta", "gamma"].reduce(
      (store, alias) => setEntry(store, under(alias, samples.anchor)),
      createStore(profile),
    );
  const aliases = ({ entries }: Store) => entries.map((entry) => entry.alias);

  test("JKS takes aliases in lower case, PKCS12 as given", () => {
    expect(aliases(store("jks"))).toEqual(["alpha", "beta", "gamma"]);
    expect(aliases(store("modern"))).toEqual(["Alpha", "beta", "gamma"]);
  });

  test("an entry is found without regard to case", () => {
    expect(findEntry(store("modern"), "ALPHA")?.alias).toBe("Alpha");
    expect(findEntry(store("modern"), "delta")).toBeUndefined();
  });

  test("where JKS holds two spellings, the one that Java reaches is found", () => {
    const entries = [under("Server", samples.anchor), under("server", samples.rsa)];
    expect(findEntry({ ...createStore("jks"), entries }, "Server")?.kind).toBe("identity");
  });

  describe("two spellings of one alias in JKS", () => {
    const both: Store = {
      ...createStore("jks"),
      entries: [under("ABC", samples.anchor), under("abc", samples.rsa)],
    };

    test("a person gets the one that was named, exactly", () => {
      expect(namedEntry(both, "ABC")).toBe(both.entries[0]);
      expect(namedEntry(both, "abc")).toBe(both.entries[1]);
      expect(namedEntry(both, "Abc")).toBe(both.entries[1]);
      expect(() => namedEntry(both, "abd")).toThrow(expect.objectContaining({ code: "no-such-entry" }));
    });

    test("removing and renaming one leaves the other alone", () => {
      expect(removeEntry(both, namedEntry(both, "ABC")).entries).toEqual([both.entries[1]]);
      expect(aliases(renameEntry(both, namedEntry(both, "ABC"), "other"))).toEqual(["other", "abc"]);
      expect(() => renameEntry(both, namedEntry(both, "ABC"), "abc")).toThrow("that alias is taken");
    });

    test("the other one is not replaced in the name of the one", () => {
      expect(entryToReplace(both, "abc")).toBe(both.entries[1]);
      expect(() => entryToReplace(both, "ABC")).toThrow('"ABC" would be written as "abc"');
    });

    test("a comparison does not mix them up", () => {
      const one = { ...both, entries: both.entries.slice(1) };
      expect(diffStores(both, { ...both, entries: both.entries.toReversed() })).toEqual([]);
      expect(diffStores(one, both)).toMatchObject([{ kind: "added", alias: "ABC" }]);
    });
  });

  test("what a PKCS12 file hides is not taken for what it shows", () => {
    // GIVEN a file with two entries of one alias, of which Java shows the later one
    const store = readStore(makeFile([twoSpellings]), null);
    const [shown] = store.entries;
    expect(hiddenAliases(store)).toEqual(["ABC"]);
    expect(shown?.alias).toBe("abc");
    // WHEN / THEN
    expect(namedEntry(store, "abc")).toBe(shown);
    expect(namedEntry(store, "Abc")).toBe(shown);
    for (const take of [namedEntry, entryToReplace]) {
      expect(() => take(store, "ABC")).toThrow(
        'the file holds "ABC" and, of the same alias but for upper case, "abc", which alone Java shows',
      );
    }
  });

  test("what is set takes the place of its namesake and leaves the others alone", () => {
    const before = store("modern");
    const after = setEntry(before, under("BETA", samples.rsa));
    expect(aliases(after)).toEqual(["Alpha", "BETA", "gamma"]);
    expect(after.entries[0]).toBe(before.entries[0]);
    expect(aliases(before)).toEqual(["Alpha", "beta", "gamma"]);
  });

  test("removing is by alias, and of nothing where it is not there", () => {
    const before = store("jks");
    expect(aliases(removeEntry(before, "BETA"))).toEqual(["alpha", "gamma"]);
    expect(removeEntry(before, "delta")).toBe(before);
  });

  test("an entry keeps its place and content under another alias", () => {
    const renamed = renameEntry(store("jks"), "Beta", "Delta");
    expect(aliases(renamed)).toEqual(["alpha", "delta", "gamma"]);
    expect(aliases(renameEntry(store("modern"), "alpha", "ALPHA"))).toEqual(["ALPHA", "beta", "gamma"]);
  });

  test("no entry is renamed onto another, and none that is not there", () => {
    expect(() => renameEntry(store("jks"), "beta", "gamma")).toThrow(
      '"beta" cannot become "gamma": that alias is taken; remove it first',
    );
    expect(() => renameEntry(store("jks"), "delta", "x")).toThrow(
      'the store has no entry "delta"; it has alpha, beta, gamma',
    );
  });

  test("a key that is sealed for another format is not taken", () => {
    // GIVEN a key as JKS encrypts it
    const jks = writeStore(setEntry(createStore("jks"), under("server", samples.rsa)), "wordword");
    const [sealed] = readStore(jks, "wordword").entries;
    // WHEN / THEN
    expect(() => setEntry(createStore("modern"), sealed ?? samples.anchor)).toThrow(
      'the key of "server" is encrypted the way of jks and the store is pkcs12; open the key first',
    );
  });
});
