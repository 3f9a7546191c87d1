import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decryptPrivateKeyInfo } from "../../../lib/keystore/encryption";
import { readPkcs12 } from "../../../lib/keystore/pkcs12";
import type { Store, StoreEntry } from "../../../lib/keystore/store";
import { listWithJava } from "../../support/javaStores";
import { describeWith } from "../../support/tools";
import { readVector } from "../storeVectors";

interface Vector {
  readonly path: string;
  readonly password: string | null;
  /** `identity alias[chain length]`, `anchor alias`, `secret alias`, in order. */
  readonly entries: readonly string[];
  readonly profile: string;
  /** @default the store's */
  readonly keyPasswords?: readonly (string | null)[];
  /** Why the JDK named does not load what we read. */
  readonly javaFails?: { readonly java?: string; readonly java25?: string };
  /** Java encodes its key anew when it opens it. */
  readonly keyEncodedAnew?: boolean;
  /** @default "verified" */
  readonly integrity?: string;
}

const aes192 = "AES cipher";
const noPbmac1 = "Integrity check failed";
const unicode = "žluťoučký-😀-ÀÉ";

const vectors: readonly Vector[] = [
  ...made("jdk17-pkcs12.ks", "modern", [
    "identity rsakey[1]",
    "identity eckey[1]",
    "secret seck",
    "anchor My CA",
  ]),
  ...made("jdk8-pkcs12.ks", "jdk-legacy", [
    "identity rsakey[1]",
    "identity eckey[1]",
    "secret seck",
    "anchor My CA",
  ]),
  ...["j8-diffpw.p12", "j17-diffpw.p12"].map((name) => ({
    path: `made/${name}`,
    password: "storepw",
    keyPasswords: ["keypass1", "keypass2"],
    profile: name.startsWith("j8") ? "jdk-legacy" : "modern",
    entries: ["identity k1[2]", "identity k2[1]", "anchor CA"],
  })),
  ...["", null].flatMap((password) => [
    { path: "made/j8-emptypw.p12", password, profile: "jdk-legacy", entries: ["anchor CA"] },
    { path: "made/j17-emptypw.p12", password, profile: "modern", entries: ["anchor CA"] },
    { path: "made/j8-nullpw.p12", password, profile: "jdk-legacy", entries: ["anchor CA"] },
    { path: "made/j17-nullpw.p12", password, profile: "modern", entries: ["anchor CA"] },
    {
      path: "made/ossl11-leaf-emptypw.p12",
      password,
      profile: "jdk-legacy",
      entries: ["identity leafname[2]"],
    },
    { path: "made/ossl30-leaf-emptypw.p12", password, profile: "modern", entries: ["identity leafname[2]"] },
  ]),
  ...made("nss-default.p12", "custom", ["identity leaf name[2]"]),
  ...made("ossl11-ec-default.p12", "jdk-legacy", ["identity ec name[1]"]),
  ...made("ossl11-ed-default.p12", "jdk-legacy", ["identity ed name[1]"]),
  ...made("ossl11-leaf-3des.p12", "compat", ["identity leafname[2]"]),
  ...made("ossl11-leaf-default.p12", "jdk-legacy", ["identity leaf name[2]"]),
  ...made("ossl11-leaf-macsha512.p12", "custom", ["identity leafname[2]"]),
  ...made("ossl11-leaf-nonenc.p12", "custom", []),
  ...made("ossl11-nokeys.p12", "jdk-legacy", []),
  ...made("ossl30-ec-default.p12", "modern", ["identity ec name[1]"]),
  ...made("ossl30-ed-default.p12", "modern", ["identity ed name[1]"]),
  ...made("ossl30-leaf-3des.p12", "compat", ["identity leafname[2]"]),
  ...made("ossl30-leaf-default.p12", "modern", ["identity leaf name[2]"]),
  ...made("ossl30-leaf-legacy.p12", "jdk-legacy", ["identity leafname[2]"]),
  ...made("ossl30-leaf-macsha512.p12", "custom", ["identity leafname[2]"]),
  ...made("ossl30-leaf-nomac.p12", "custom", ["identity leafname[2]"], { integrity: "unprotected" }),
  ...made("ossl30-leaf-nonenc.p12", "custom", []),
  ...made("ossl30-nokeys.p12", "modern", []),
  ...variant("A_fn_tku", "modern", ["anchor caA"]),
  ...variant("C_tku_only", "modern", ["anchor 1"]),
  ...variant("E_noattr", "modern", []),
  ...variant("G_key_fn_nolk", "modern", ["identity kg[2]"]),
  ...variant("I_key_noattr", "modern", ["identity 1[2]"]),
  ...variant("K_chain_reverse", "modern", ["identity kk[2]"]),
  ...variant("M_unicode", "modern", [`anchor ${unicode}`]),
  ...variant("O2_nomac_enc", "custom", ["anchor o2"], { integrity: "unprotected" }),
  ...variant("O_nomac_plain", "passwordless", ["anchor o1"], { integrity: "unprotected" }),
  ...variant("Q_pbmac1_256", "custom", ["identity kq[2]"], {
    javaFails: { java: noPbmac1, java25: noPbmac1 },
  }),
  ...variant("R_p12_3des_certs", "compat", ["anchor r"]),
  ...variant("R_prf1_aes256", "custom", ["anchor r"]),
  ...variant("R_prf512_aes128", "custom", ["anchor r"]),
  ...variant("S_mac_sha512", "custom", ["anchor s"]),
  ...variant("U_plain_keybag", "modern", []),
  ...variant("W_lk_mismatch", "modern", ["identity w1[1]"]),
  ...variant("X_empty_data", "modern", []),
  ...variant("Z_ed25519", "modern", ["identity ed[1]"]),
  ...["a1", "a2", "a3"].map((name) => ({
    path: `go-pkcs12/rfc9579-${name}.p12`,
    password: "1234",
    profile: "custom",
    entries: ["identity 1[1]"],
    javaFails: { java: noPbmac1, java25: noPbmac1 },
  })),
  {
    path: "go-pkcs12/pkcs12_test/01-x.p12",
    password: "password",
    profile: "modern",
    entries: ["identity te-c6bda622-30a4-4ecb-a844-19ccbf12a511[1]"],
    keyEncodedAnew: true,
  },
  {
    path: "go-pkcs12/pkcs12_test/03-x.p12",
    password: "password",
    profile: "custom",
    entries: ["identity name[1]"],
    javaFails: { java: "", java25: aes192 },
  },
  ...[null, ""].map((password) => ({
    path: "go-pkcs12/pkcs12_test/04-x.p12",
    password,
    profile: "jdk-legacy",
    entries: ["identity {b4a4feb0-a18a-44bb-b5f2-491ef152ba16}[1]"],
  })),
  {
    path: "go-pkcs12/pkcs12_test/05-x.p12",
    password: "",
    profile: "jdk-legacy",
    entries: ["identity friendly name for cert[1]"],
  },
  ...[
    "DSA_1024",
    "EC_256",
    "RSA_2048_MD5withRSA",
    "RSA_2048_SHA1withRSA",
    "RSA_2048_SHA256withRSA",
    "RSA_2048",
  ].map((name) => ({
    path: `jks-js/java11/keystore/${name}_keystore.jks`,
    password: "password",
    profile: "jdk-legacy",
    entries: ["identity jks-js[1]"],
  })),
  {
    path: "jks-js/java11/keystore/RSA_2048_truststore.jks",
    password: "password",
    profile: "jdk-legacy",
    entries: ["anchor jks-js"],
  },
];

function made(
  name: string,
  profile: string,
  entries: readonly string[],
  more: Partial<Vector> = {},
): Vector[] {
  return [{ path: `made/${name}`, password: "changeit", profile, entries, ...more }];
}

function variant(
  name: string,
  profile: string,
  entries: readonly string[],
  more: Partial<Vector> = {},
): Vector[] {
  return [{ path: `variants/${name}.p12`, password: "changeit", profile, entries, ...more }];
}

function describeEntry(entry: StoreEntry): string {
  return `${entry.kind} ${entry.alias}${entry.kind === "identity" ? `[${entry.chain.length}]` : ""}`;
}

function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}

/** The entries in the terms of `ListStores.java`. */
function inJavaTerms(
  store: Store,
  { password, keyPasswords = [password], keyEncodedAnew }: Vector,
): unknown[] {
  return store.entries.map((entry) => {
    const alias = entry.alias.toLowerCase();
    if (entry.kind === "anchor") return { alias, kind: "anchor", chain: [sha1(entry.certificate)], key: "" };
    if (entry.kind === "secret") return { alias, kind: "secret", chain: [], key: expect.any(String) };
    const key = openWith(entry, keyPasswords);
    const javaKey = keyEncodedAnew === true ? expect.stringMatching(/^[0-9a-f]{40}$/) : key;
    return { alias, kind: "identity", chain: entry.chain.map(sha1), key: javaKey };
  });
}

function openWith(
  entry: Extract<StoreEntry, { kind: "identity" }>,
  passwords: readonly (string | null)[],
): string {
  if (entry.key.kind === "clear") return "clear";
  for (const password of passwords) {
    try {
      return sha1(decryptPrivateKeyInfo(entry.key.encryptedPrivateKeyInfo, password));
    } catch {
      continue;
    }
  }
  return "sealed";
}

describe("PKCS12 stores that others wrote", () => {
  test.each(vectors)("$path under $password holds what Java shows", (vector) => {
    const store = readPkcs12(readVector(vector.path), vector.password);
    expect(store.entries.map(describeEntry)).toEqual(vector.entries);
    expect(store.profile).toBe(vector.profile);
    expect(store.integrity).toBe(vector.integrity ?? "verified");
  });

  test.each(vectors.filter(({ entries }) => entries.some((entry) => entry.startsWith("identity"))))(
    "the keys of $path open under $password",
    ({ path, password, keyPasswords = [password] }) => {
      const identities = readPkcs12(readVector(path), password).entries.filter(
        (entry) => entry.kind === "identity",
      );
      expect(identities.map((entry) => openWith(entry, keyPasswords))).not.toContain("sealed");
    },
  );

  test.each([
    ["go-pkcs12/rfc9579-a4.p12", "wrong-password", "wrong iteration count"],
    ["go-pkcs12/rfc9579-a5.p12", "wrong-password", "wrong salt"],
    ["go-pkcs12/rfc9579-a6.p12", "damaged", "no key length"],
    ["go-pkcs12/pbmac1-short-key-bypass.p12", "damaged", "key of one byte"],
    ["go-pkcs12/pkcs12_test/02-x.p12", "wrong-password", "another password"],
  ])("%s is refused as %s: %s", (path, code) => {
    for (const password of ["1234", "password", "", null]) {
      expect(() => readPkcs12(readVector(path), password)).toThrow(expect.objectContaining({ code }));
    }
  });

  test.each([
    ["made/jdk17-pkcs12.ks", "changeit2"],
    ["made/jdk8-pkcs12.ks", ""],
    ["made/nss-default.p12", null],
    ["variants/O2_nomac_enc.p12", "changeit2"],
    ["variants/Q_pbmac1_256.p12", "changeit2"],
  ])("%s is refused under a wrong password", (path, password) => {
    expect(() => readPkcs12(readVector(path), password)).toThrow(
      expect.objectContaining({ code: "wrong-password" }),
    );
  });

  test("contents in the clear are read without a password, unchecked", () => {
    const store = readPkcs12(readVector("variants/X_empty_data.p12"), null);
    expect(store.integrity).toBe("unchecked");
    expect(readPkcs12(readVector("variants/O_nomac_plain.p12"), null).entries.map(describeEntry)).toEqual([
      "anchor o1",
    ]);
  });

  test.each([
    ["jdk25-unicode-modern.p12", "modern"],
    // JDK 25 cuts the password's UTF-8 to seven bits here.
    ["jdk25-unicode-legacy.p12", "jdk-legacy"],
  ])("%s opens under a password beyond ASCII", (name, profile) => {
    const bytes = readFileSync(join(__dirname, "../../fixtures/pkcs12", name));
    expect(readPkcs12(bytes, "日本")).toMatchObject({
      profile,
      integrity: "verified",
      entries: [{ alias: "x" }],
    });
    expect(() => readPkcs12(bytes, "日")).toThrow(expect.objectContaining({ code: "wrong-password" }));
  });

  test("a date that Java kept in localKeyID is the entry's", () => {
    const dates = readPkcs12(readVector("made/jdk17-pkcs12.ks"), "changeit").entries.map(
      ({ createdMs }) => createdMs,
    );
    expect(dates).toEqual([expect.any(Number), expect.any(Number), expect.any(Number), undefined]);
    expect(new Date(dates[0] ?? 0).getUTCFullYear()).toBeGreaterThan(2020);
  });
});

for (const java of ["java", "java25"] as const) {
  describeWith(java, `PKCS12 stores that others wrote, as ${java} lists them`, () => {
    test("same entries, aliases, chains and keys", () => {
      const judged = vectors.filter(({ password }) => password !== null);
      const listings = listWithJava(
        java,
        judged.map(({ path, password, keyPasswords }) => ({
          bytes: readVector(path),
          password,
          ...(keyPasswords === undefined ? {} : { keyPasswords }),
        })),
      );
      for (const [index, vector] of judged.entries()) {
        const { path, password, javaFails } = vector;
        const listing = listings[index];
        if (javaFails !== undefined) {
          expect({ path, error: listing?.error }).toEqual({
            path,
            error: expect.stringContaining(javaFails[java] ?? ""),
          });
          continue;
        }
        const store = readPkcs12(readVector(path), password);
        expect({ path, ...listing }).toEqual({ path, entries: inJavaTerms(store, vector) });
      }
    });
  });
}
