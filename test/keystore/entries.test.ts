import {
  createStore,
  findEntry,
  readStore,
  removeEntry,
  renameEntry,
  setEntry,
  writeStore,
} from "../../lib/keystore";
import type { Store } from "../../lib/keystore";
import { samples, under } from "./samples";

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
