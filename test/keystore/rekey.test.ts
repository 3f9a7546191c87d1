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
import type { StoreProfile } from "../../lib/model";
import { StoreJudge } from "../support/storeJudge";
import { describeWith, oftenAndSlowly } from "../support/tools";
import { samples, under } from "./samples";
import { readVector } from "./storeVectors";

const pkcs8 = samples.rsa.key.kind === "clear" ? samples.rsa.key.pkcs8 : Buffer.of();

describe.each(oftenAndSlowly<StoreProfile>(["jks", "compat"], ["modern", "jdk-legacy"]))(
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

  test("secret keys that the profile cannot hold are named, not dropped", () => {
    const source = readStore(readVector("made/jdk17-jceks.ks"), "changeit");
    const passwords = { store: "changeit", keys: [{ password: "keypass1" }] };
    expect(() => convertStore(source, "jks", passwords)).toThrow(
      'the store holds secret keys, which JKS cannot hold: "seck"; remove them first',
    );
    const derived = readStore(readVector("pyjks/jceks/PBKDF2WithHmacSHA1.jceks"), "12345678");
    expect(() => convertStore(derived, "modern", { store: "12345678" })).toThrow(
      'the secret key "mykey" in PKCS12, because it is for PBKDF2WithHmacSHA1; keys of AES, HMAC, DES and DESede and passwords are converted',
    );
    const alien = readStore(readVector("pyjks/jceks/unknown_type_of_sealed_object.jceks"), "12345678");
    expect(() => rekeyStore(alien, { store: "12345678" })).toThrow(
      'the secret key "mykey", an object of the Java class org.pyjks.DummyObject',
    );
  });

  test("aliases that differ in case only do not become one", () => {
    const entries = [under("Root", samples.anchor), under("root", samples.anchor)];
    expect(() => convertStore({ ...createStore("jks"), entries }, "modern", { store: "wordword" })).toThrow(
      'two entries are called "root" but for upper case; rename one first',
    );
  });
});

describeWith(["javac", "jre17"], "secret keys under a new password", () => {
  let java: ReturnType<typeof StoreJudge.startAll>;

  beforeAll(() => (java = StoreJudge.startAll([17])));
  afterAll(() => java.stop());

  const secrets = async (store: Store, bytes: Uint8Array, passwords: string[]) => {
    const type = store.format === "jceks" ? "JCEKS" : "PKCS12";
    const [first = ""] = passwords;
    const listing = await java.judges[0]?.list(type, bytes, first, passwords);
    expect(listing?.error).toBeUndefined();
    return listing?.entries
      .filter(({ kind }) => kind === "secret")
      .map(({ alias, key }) => `${alias} ${key}`);
  };

  test.each([
    ["made/jdk17-jceks.ks", ["changeit", "keypass1"]],
    ["made/jdk8-jceks.ks", ["changeit", "keypass1"]],
    ["pyjks/jceks/AES256.jceks", ["12345678"]],
    ["made/jdk17-pkcs12.ks", ["changeit"]],
    ["made/jdk8-pkcs12.ks", ["changeit"]],
  ])("of %s are the same to Java", async (vector, passwords) => {
    const before = readVector(vector);
    const [store = "", ...others] = passwords;
    const read = readStore(before, store);
    const rekeyed = rekeyStore(read, { store, keys: others.map((password) => ({ password })) });
    const after = writeStore(rekeyed, "new password");
    const known = await secrets(read, before, passwords);
    expect(known).toEqual([expect.stringMatching(/ [0-9a-f]{40}$/)]);
    expect(await secrets(read, after, ["new password"])).toEqual(known);
    expect(writeStore(rekeyed, "new password").equals(after)).toBe(true);
  });

  test.each([
    ["made/jdk17-jceks.ks", ["changeit", "keypass1"]],
    ["pyjks/jceks/AES256.jceks", ["12345678"]],
    ["pyjks/jceks/DES.jceks", ["12345678"]],
    ["pyjks/jceks/DESede.jceks", ["12345678"]],
  ])("of %s are the same to Java in PKCS12", async (vector, passwords) => {
    const before = readVector(vector);
    const [store = "", ...others] = passwords;
    const read = readStore(before, store);
    const keys = others.map((password) => ({ password }));
    const converted = convertStore(read, "modern", { store, keys });
    const after = writeStore(converted, "new password");
    const reread = readStore(after, "new password");
    expect(reread.format).toBe("pkcs12");
    const known = await secrets(read, before, passwords);
    expect(await secrets(reread, after, ["new password"])).toEqual(known);
    // And once more, now that it lies in a bag.
    const again = writeStore(rekeyStore(reread, { store: "new password" }), "changeit");
    expect(await secrets(reread, again, ["changeit"])).toEqual(known);
  });

  test.each(["modern", "compat", "jdk-legacy"] as const)(
    "of PKCS12 in the profile %s too",
    async (profile) => {
      const before = readVector("made/jdk17-pkcs12.ks");
      const read = readStore(before, "changeit");
      const after = writeStore(convertStore(read, profile, { store: "changeit" }), "new password");
      expect(readStore(after, "new password").profile).toBe(profile);
      const known = await secrets(read, before, ["changeit"]);
      expect(await secrets(read, after, ["new password"])).toEqual(known);
    },
  );
});
