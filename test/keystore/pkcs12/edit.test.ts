import { createHash } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encryptPrivateKeyInfo } from "../../../lib/keystore/encryption";
import { createPkcs12Store, readPkcs12, writePkcs12 } from "../../../lib/keystore/pkcs12";
import { readMac } from "../../../lib/keystore/pkcs12/mac";
import { readPfx } from "../../../lib/keystore/pkcs12/pfx";
import type { AnchorEntry, Store, StoreEntry } from "../../../lib/keystore/store";
import { makeAuthority } from "../../support/certificateMaker";
import { type JavaEntry, listWithJava } from "../../support/javaStores";
import { SHORT_LIVED_KEYTOOL } from "../../support/javaProgram";
import { describeWith, tool } from "../../support/tools";
import { readVector } from "../storeVectors";
import { certificateBag, ignoredBags, makeFile, shroudedKeyBag, unknownAttribute } from "./handmade";
import { anchorEntry, identityEntry, identityOf, issuing, makeIdentity, now, root } from "./samples";

const ec = makeIdentity("ec.example");
const other = makeIdentity("other.example");
const added = anchorEntry("added", makeAuthority(now, "Added Root"));
const quick = { kind: "pbes2", prf: "sha256", cipher: "aes-256", iterations: 100 } as const;

/** Stores of every writer, with the password that opens them. */
const foreign: readonly (readonly [string, string])[] = [
  ["made/jdk17-pkcs12.ks", "changeit"],
  ["made/jdk8-pkcs12.ks", "changeit"],
  ["made/j17-diffpw.p12", "storepw"],
  ["made/j8-diffpw.p12", "storepw"],
  ["made/j17-emptypw.p12", ""],
  ["made/nss-default.p12", "changeit"],
  ["made/ossl11-leaf-default.p12", "changeit"],
  ["made/ossl11-leaf-nonenc.p12", "changeit"],
  ["made/ossl30-leaf-default.p12", "changeit"],
  ["made/ossl30-leaf-nomac.p12", "changeit"],
  ["made/ossl30-nokeys.p12", "changeit"],
  ["variants/C_tku_only.p12", "changeit"],
  ["variants/E_noattr.p12", "changeit"],
  ["variants/G_key_fn_nolk.p12", "changeit"],
  ["variants/I_key_noattr.p12", "changeit"],
  ["variants/K_chain_reverse.p12", "changeit"],
  ["variants/M_unicode.p12", "changeit"],
  ["variants/O2_nomac_enc.p12", "changeit"],
  ["variants/O_nomac_plain.p12", "changeit"],
  ["variants/R_p12_3des_certs.p12", "changeit"],
  ["variants/R_prf512_aes128.p12", "changeit"],
  ["variants/S_mac_sha512.p12", "changeit"],
  ["variants/U_plain_keybag.p12", "changeit"],
  ["variants/W_lk_mismatch.p12", "changeit"],
  ["variants/X_empty_data.p12", "changeit"],
  ["go-pkcs12/pkcs12_test/01-x.p12", "password"],
  ["go-pkcs12/pkcs12_test/05-x.p12", ""],
];
/** One with 600,000 iterations, which takes a second each time; without `SLOW=1`, one test a judge does with it. */
const lengthy = "made/nss-default.p12";
const inEachTest = process.env["SLOW"] === "1" ? foreign : foreign.filter(([path]) => path !== lengthy);
const pbmac1 = ["variants/Q_pbmac1_256.p12", "changeit"] as const;

function withEntries(store: Store, change: (entries: readonly StoreEntry[]) => readonly StoreEntry[]): Store {
  return { ...store, entries: change(store.entries) };
}

function edit(
  bytes: Uint8Array,
  password: string,
  change: (entries: readonly StoreEntry[]) => readonly StoreEntry[],
): Buffer {
  return writePkcs12(withEntries(readPkcs12(bytes, password), change), password);
}

/** Everything of an entry but where it lay in its file. */
function content(entry: StoreEntry): unknown {
  const { extra: _, ...rest } = entry;
  return rest;
}

function contents(bytes: Uint8Array, password: string): unknown[] {
  return readPkcs12(bytes, password).entries.map(content);
}

/** The algorithms of a file, with their iteration counts; parts without a bag do not count. */
function algorithms(bytes: Uint8Array): { readonly contents: unknown[]; readonly mac: unknown } {
  const pfx = readPfx(bytes);
  const parts = pfx.contents.filter((part) => part.kind === "encrypted" || part.safeContents.length > 2);
  return {
    contents: parts.map((part) => (part.kind === "plain" ? "plain" : part.parameters.scheme)),
    mac: pfx.macData === undefined ? "none" : readMac(pfx.macData).scheme,
  };
}

describe("editing PKCS12 stores that others wrote", () => {
  test.each([...foreign, pbmac1])(
    "%s keeps its entries and algorithms when one is added",
    (path, password) => {
      const before = readVector(path);
      const after = edit(before, password, (entries) => [...entries, added]);
      expect(contents(after, password)).toEqual(
        expect.arrayContaining([...contents(before, password), content(added)]),
      );
      expect(contents(after, password)).toHaveLength(contents(before, password).length + 1);
      // A store that held no certificate yet gets a place for them.
      expect(algorithms(after)).toMatchObject({
        mac: (algorithms(before) as { mac: unknown }).mac,
        contents: expect.arrayContaining((algorithms(before) as { contents: unknown[] }).contents),
      });
    },
  );

  test.each([...inEachTest, pbmac1])("%s comes back byte for byte when nothing changes", (path, password) => {
    const bytes = readVector(path);
    const entries = readPkcs12(bytes, password).entries.map(content);
    const unprotected = path.includes("nomac_enc");
    expect(edit(bytes, password, (same) => [...same]).equals(bytes)).toBe(!unprotected);
    const elsewhere = writePkcs12(readPkcs12(bytes, password), "another password");
    const reread = readPkcs12(elsewhere, "another password");
    expect(reread.entries.map(content)).toEqual(entries);
    // What no password of the store protects depends on none; keys keep their own.
    expect(elsewhere.equals(bytes)).toBe(reread.integrity === "unprotected" && !unprotected);
  });

  test.each([...inEachTest, pbmac1])("%s is as it was when what was added is removed", (path, password) => {
    const grown = edit(readVector(path), password, (entries) => [
      ...entries,
      added,
      identityEntry("new", ec),
    ]);
    const back = edit(grown, password, (entries) =>
      entries.filter(({ alias }) => !["added", "new"].includes(alias)),
    );
    expect(contents(back, password)).toEqual(contents(readVector(path), password));
  });

  test.each([...inEachTest, pbmac1])("%s: setting the same entry again changes nothing", (path, password) => {
    const set = (entries: readonly StoreEntry[]): readonly StoreEntry[] =>
      entries.some(({ alias }) => alias === "added")
        ? entries.map((entry) => (entry.alias === "added" ? added : entry))
        : [...entries, added];
    const once = edit(readVector(path), password, set);
    expect(edit(once, password, set).equals(once)).toBe(true);
  });
});

for (const java of ["java", "java25"] as const) {
  describeWith(java, `editing PKCS12 stores that others wrote, judged by ${java}`, () => {
    test("all that was there is still there, and opens with its own password", () => {
      const keyPasswords = ["changeit", "storepw", "keypass1", "keypass2", "password", ""];
      const judged = java === "java25" ? foreign : inEachTest;
      const before = judged.map(([path, password]) => ({ bytes: readVector(path), password, keyPasswords }));
      const after = before.map(({ bytes, password }) => ({
        bytes: edit(bytes, password, (entries) => [...entries, added, identityEntry("new", ec)]),
        password,
        keyPasswords,
      }));
      const listings = listWithJava(java, [...before, ...after]);
      for (const [index, [path]] of judged.entries()) {
        const was = listings[index];
        const is = listings[judged.length + index];
        expect({ path, error: is?.error }).toEqual({ path, error: undefined });
        const kept = is?.entries.filter(({ alias }) => alias !== "added" && alias !== "new");
        expect({ path, kept: byAlias(kept) }).toEqual({ path, kept: byAlias(was?.entries) });
        expect(is?.entries).toHaveLength((was?.entries.length ?? 0) + 2);
        const key = is?.entries.find(({ alias }) => alias === "new");
        expect(key).toMatchObject({ kind: "identity", key: expect.stringMatching(/^[0-9a-f]{40}$/) });
      }
    });
  });
}

function byAlias(entries: readonly JavaEntry[] | undefined): unknown[] {
  return [...(entries ?? [])].sort((a, b) => (a.alias < b.alias ? -1 : 1));
}

describe("what an edit carries along", () => {
  const bags = ignoredBags(other.pkcs8);
  const sealed = encryptPrivateKeyInfo(ec.pkcs8, "changeit", quick, (length) => Buffer.alloc(length, 1));
  const mark = unknownAttribute("kept all the way");
  const invisible = makeAuthority(now, "Nobody's Root");
  const file = makeFile([
    [shroudedKeyBag(sealed, { name: "Ec", keyId: "k", others: [mark] }), ...Object.values(bags)],
    [
      certificateBag(ec.der, { name: "Ec", keyId: "k" }),
      certificateBag(issuing.der),
      certificateBag(invisible.der, { name: "nobody sees this" }),
      certificateBag(root.der, { name: "Root", trusted: true, others: [mark] }),
    ],
  ]);

  test("Java's entries only are shown", () => {
    expect(readPkcs12(file, null).entries.map(({ kind, alias }) => `${kind} ${alias}`)).toEqual([
      "identity ec",
      "anchor Root",
    ]);
  });

  test.each([...Object.keys(bags), "invisible certificate", "unknown attribute"])("%s", (what) => {
    const wanted = what.startsWith("invisible") ? invisible.der : (bags[what] ?? mark.encoded);
    const after = edit(file, "changeit", (entries) => [
      added,
      ...entries.map((entry) => ({ ...entry, alias: `${entry.alias} renamed` })),
    ]);
    expect(count(file, wanted)).toBeGreaterThan(0);
    expect(count(after, wanted)).toBe(count(file, wanted));
    expect(
      readPkcs12(after, null)
        .entries.map(({ alias }) => alias)
        .sort(),
    ).toEqual(["Root renamed", "added", "ec renamed"]);
  });

  test("sealed bytes of an untouched key, whatever else changes", () => {
    const after = edit(file, "another password", (entries) => [
      added,
      ...entries.filter(({ kind }) => kind === "identity"),
    ]);
    expect(count(after, sealed)).toBe(1);
  });

  test("the certificates of a key that is removed go with it, but for those of others", () => {
    const two = writePkcs12(
      { ...createPkcs12Store("modern"), entries: [identityEntry("a", ec), identityEntry("b", other)] },
      "changeit",
    );
    const one = readPkcs12(
      edit(two, "changeit", (entries) => entries.filter(({ alias }) => alias === "b")),
      "changeit",
    );
    expect(identityOf(one.entries, "b").chain).toEqual(other.chain);
    const plain = edit(makeFile([]), "changeit", () => one.entries.map((entry) => entry));
    expect(count(plain, ec.der)).toBe(0);
    expect(count(plain, issuing.der)).toBe(1);
    expect(
      count(
        edit(plain, "changeit", () => []),
        issuing.der,
      ),
    ).toBe(0);
  });

  test("an anchor that completes a chain stays in the chain when it is no longer trusted", () => {
    const after = edit(file, "changeit", (entries) => entries.filter(({ kind }) => kind === "identity"));
    expect(identityOf(readPkcs12(after, null).entries, "ec").chain).toEqual(ec.chain);
  });

  test("a renewed certificate takes the key's place, under a key id of its own", () => {
    const renewed = makeIdentity("ec.example");
    const after = edit(file, "changeit", (entries) =>
      entries.map((entry) =>
        entry.kind === "identity"
          ? { ...entry, chain: renewed.chain, key: { kind: "clear", pkcs8: renewed.pkcs8 } }
          : entry,
      ),
    );
    expect(identityOf(readPkcs12(after, null).entries, "ec").chain).toEqual(renewed.chain);
    expect(count(after, ec.der)).toBe(0);
    expect(count(after, createHash("sha1").update(renewed.der).digest())).toBe(2);
  });

  test("an entry of another file brings its key id, to key and certificate alike, and merging it again is settled", () => {
    const overlay = writePkcs12(
      { ...createPkcs12Store("modern"), entries: [identityEntry("EC", ec)] },
      "changeit",
    );
    const merge = (bytes: Buffer): Buffer =>
      edit(bytes, "changeit", (entries) => [
        ...readPkcs12(overlay, "changeit").entries,
        ...entries.filter(({ alias }) => alias !== "ec"),
      ]);
    const once = merge(file);
    expect(count(once, createHash("sha1").update(ec.der).digest())).toBe(2);
    expect(count(once, sealed)).toBe(0);
    expect(count(once, ec.der)).toBe(1);
    expect(merge(once).equals(once)).toBe(true);
  });

  test("names of the nameless: what Java counts is written down before the count changes", () => {
    const nameless = makeFile([
      [certificateBag(root.der, { trusted: true }), certificateBag(issuing.der, { trusted: true })],
    ]);
    const after = edit(nameless, "changeit", (entries) => entries.filter(({ alias }) => alias === "2"));
    expect(readPkcs12(after, null).entries).toMatchObject([{ alias: "2", certificate: issuing.der }]);
  });

  test("a second key makes the first one's implied key id explicit", () => {
    const only = makeFile([[shroudedKeyBag(sealed)], [certificateBag(ec.der), certificateBag(issuing.der)]]);
    const after = edit(only, "changeit", (entries) => [...entries, identityEntry("second", other)]);
    const { entries } = readPkcs12(after, null);
    expect(identityOf(entries, "1").chain).toEqual([ec.der, issuing.der, root.der]);
    expect(identityOf(entries, "second").chain).toEqual(other.chain);
    expect(count(after, sealed)).toBe(1);
  });

  test("of two entries under one alias the later one shows; the earlier one never comes to light", () => {
    const twice = makeFile([
      [
        certificateBag(root.der, { name: "CA", trusted: true }),
        certificateBag(issuing.der, { name: "ca", trusted: true }),
      ],
    ]);
    expect(readPkcs12(twice, null).entries).toMatchObject([{ alias: "ca", certificate: issuing.der }]);
    expect(
      count(
        edit(twice, "changeit", (entries) => [...entries, added]),
        root.der,
      ),
    ).toBe(1);
    expect(
      readPkcs12(
        edit(twice, "changeit", () => []),
        null,
      ).entries,
    ).toEqual([]);
  });

  test("another profile re-encrypts the certificates and keeps the sealed keys", () => {
    const store = readPkcs12(readVector("made/jdk8-pkcs12.ks"), "changeit");
    const after = readPkcs12(writePkcs12({ ...store, profile: "modern" }, "changeit"), "changeit");
    expect(after.entries.map(content)).toEqual(store.entries.map(content));
    expect(algorithms(writePkcs12({ ...store, profile: "modern" }, "changeit"))).toMatchObject({
      contents: ["plain", { kind: "pbes2", iterations: 10_000 }],
      mac: { digest: "sha256", iterations: 10_000 },
    });
  });
});

describeWith("keytool", "keytool as the other editor", () => {
  test("keytool writes, we edit, keytool finds all the rest untouched", () => {
    withFolder((folder) => {
      const path = join(folder, "store.p12");
      keytool(path, ["-genkeypair", "-alias", "Own", "-keyalg", "EC", "-dname", "CN=own"]);
      keytool(path, ["-genkeypair", "-alias", "gone", "-keyalg", "EC", "-dname", "CN=gone"]);
      keytool(path, ["-genseckey", "-alias", "secret", "-keyalg", "AES", "-keysize", "128"]);
      const before = fingerprints(path);
      const bytes = edit(readFileSync(path), "changeit", (entries) => [
        ...entries.filter(({ alias }) => alias !== "gone"),
        anchorEntry("Added", root),
        identityEntry("new", ec),
      ]);
      writeFileSync(path, bytes);
      const after = fingerprints(path);
      expect(after["own"]).toBe(before["own"]);
      expect(Object.keys(after).sort()).toEqual(["added", "new", "own", "secret"]);
      keytool(path, ["-certreq", "-alias", "own"]);
      keytool(path, ["-certreq", "-alias", "new"]);
    });
  });

  test("we write, keytool edits, we find all the rest untouched", () => {
    withFolder((folder) => {
      const path = join(folder, "store.p12");
      const store = {
        ...createPkcs12Store("modern"),
        entries: [identityEntry("mine", ec), anchorEntry("Root", root)],
      };
      writeFileSync(path, writePkcs12(store, "changeit"));
      const before = readPkcs12(readFileSync(path), "changeit");
      keytool(path, ["-genkeypair", "-alias", "theirs", "-keyalg", "EC", "-dname", "CN=theirs"]);
      keytool(path, ["-changealias", "-alias", "root", "-destalias", "moved"]);
      const after = readPkcs12(readFileSync(path), "changeit");
      expect(after.profile).toBe("modern");
      expect(after.entries.map(({ alias }) => alias)).toEqual(["mine", "theirs", "moved"]);
      expect(content(identityOf(after.entries, "mine"))).toEqual(content(identityOf(before.entries, "mine")));
      const moved = after.entries.find((entry): entry is AnchorEntry => entry.kind === "anchor");
      expect(moved?.certificate).toEqual(root.der);
    });
  });
});

function keytool(path: string, command: readonly string[]): string {
  const store = ["-keystore", path, "-storepass", "changeit", "-noprompt"];
  const result = spawnSync(tool("keytool"), [...SHORT_LIVED_KEYTOOL, ...command, ...store], {
    encoding: "utf8",
  });
  if (result.status !== 0) throw new Error(result.stdout + result.stderr);
  return result.stdout;
}

/** Fingerprint of the leaf by alias, as keytool lists them; the kind of a secret key. */
function fingerprints(path: string): Record<string, string> {
  const entries = keytool(path, ["-list"]).matchAll(
    /^(\S+), .*?, (\w+),.*\n(?:Certificate fingerprint.*: (.*))?/gm,
  );
  return Object.fromEntries(
    [...entries].map(([, alias, kind, fingerprint]) => [alias ?? "", fingerprint ?? kind ?? ""]),
  );
}

/** How often bytes occur in a file that is in the clear. */
function count(file: Buffer, bytes: Uint8Array): number {
  let found = 0;
  for (let at = file.indexOf(bytes); at >= 0; at = file.indexOf(bytes, at + 1)) found += 1;
  return found;
}

function withFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "pkcs12-edit-"));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
