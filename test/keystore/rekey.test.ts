import {
  convertStore,
  createStore,
  openKey,
  readStore,
  rekeyStore,
  setEntry,
  writeStore,
} from "../../lib/keystore";
import type { IdentityEntry, Store } from "../../lib/keystore";
import { samples, under } from "./samples";
import { readVector } from "./storeVectors";

const pkcs8 = samples.rsa.key.kind === "clear" ? samples.rsa.key.pkcs8 : Buffer.of();

describe.each(["jks", "modern", "compat", "jdk-legacy"] as const)(
  "a new password for a %s store",
  (profile) => {
    const own: IdentityEntry = {
      ...samples.rsa,
      alias: "own",
      key: { kind: "clear", pkcs8, password: "own word" },
    };
    const store = [under("server", samples.rsa), own, under("root", samples.anchor)].reduce(
      setEntry,
      createStore(profile),
    );
    const read = readStore(writeStore(store, "wordword"), "wordword");
    const identities = (store: Store) => store.entries.filter((entry) => entry.kind === "identity");

    test("opens every key afterwards, also those that had their own", () => {
      const bytes = writeStore(
        rekeyStore(read, { store: "wordword", keys: [{ password: "own word" }] }),
        "new password",
      );
      const after = readStore(bytes, "new password");
      expect(after.profile).toBe(profile);
      expect(identities(after).map((entry) => openKey(entry, "new password").equals(pkcs8))).toEqual([
        true,
        true,
      ]);
      expect(() => readStore(bytes, "wordword")).toThrow(expect.objectContaining({ code: "wrong-password" }));
    });

    test("opens keys under several passwords, each named for its key or tried on all", () => {
      const third: IdentityEntry = {
        ...own,
        alias: "third",
        key: { kind: "clear", pkcs8, password: "third word" },
      };
      const bytes = writeStore(setEntry(store, third), "wordword");
      const rekey = (...keys: { alias?: string; password: string }[]) =>
        rekeyStore(readStore(bytes, "wordword"), { store: "wordword", keys });
      const shared = [{ password: "own word" }, { password: "third word" }];
      const named = [
        { alias: "THIRD", password: "third word" },
        { alias: "own", password: "own word" },
      ];
      for (const keys of [shared, named]) {
        const after = readStore(writeStore(rekey(...keys), "new password"), "new password");
        expect(identities(after).map((entry) => openKey(entry, "new password").equals(pkcs8))).toEqual([
          true,
          true,
          true,
        ]);
      }
      expect(() => rekey({ alias: "own", password: "third word" }, { password: "own word" })).toThrow(
        'the password does not open "third"',
      );
    });

    test("is refused, naming the keys that do not open", () => {
      expect(() => rekeyStore(read, { store: "wordword" })).toThrow(
        'the password does not open "own": give their own password as the key password, or remove them first',
      );
    });
  },
);

describe("conversion", () => {
  test.each(["jks", "modern", "compat", "jdk-legacy"] as const)("of keytool's JKS to %s", (profile) => {
    const source = readStore(readVector("made/jdk17-jks.ks"), "changeit");
    const converted = convertStore(source, profile, { store: "changeit", keys: [{ password: "keypass1" }] });
    const after = readStore(writeStore(converted, "new password"), "new password");
    expect(after.profile).toBe(profile);
    expect(after.entries.map(({ alias, kind }) => `${kind} ${alias}`).sort()).toEqual([
      "anchor my ca",
      "identity eckey",
      "identity rsakey",
    ]);
    for (const entry of after.entries) {
      if (entry.kind === "identity") expect(openKey(entry, "new password").length).toBeGreaterThan(50);
    }
  });

  test("secret keys are named, not dropped", () => {
    const source = readStore(readVector("made/jdk17-jceks.ks"), "changeit");
    expect(() =>
      convertStore(source, "modern", { store: "changeit", keys: [{ password: "keypass1" }] }),
    ).toThrow('the store holds secret keys, which are not converted: "seck"; remove them first');
    expect(() => rekeyStore(source, { store: "changeit", keys: [{ password: "keypass1" }] })).toThrow(
      'the store holds secret keys, whose password is not changed here: "seck"; remove them first',
    );
  });

  test("aliases that differ in case only do not become one", () => {
    const entries = [under("Root", samples.anchor), under("root", samples.anchor)];
    expect(() => convertStore({ ...createStore("jks"), entries }, "modern", { store: "wordword" })).toThrow(
      'two entries are called "root" but for upper case; rename one first',
    );
  });
});
