import { createHash, createPrivateKey, X509Certificate } from "node:crypto";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import forge from "node-forge";
import { decryptPrivateKeyInfo } from "../../../lib/keystore/encryption";
import { createPkcs12Store, type Pkcs12Profile, readPkcs12, writePkcs12 } from "../../../lib/keystore/pkcs12";
import type { Store, StoreEntry } from "../../../lib/keystore/store";
import { listWithJava } from "../../support/javaStores";
import { describeWith, tool, type ToolName } from "../../support/tools";
import { anchorEntry, identityEntry, identityOf, issuing, makeIdentity, now, root } from "./samples";

const profiles: readonly Pkcs12Profile[] = ["modern", "compat", "jdk-legacy"];
const rsa = makeIdentity("rsa.example", "rsa-2048");
const ec = makeIdentity("ec.example");
const lone = makeIdentity("lone.example", "ec", "self");
const entries: readonly StoreEntry[] = [
  identityEntry("server", rsa),
  identityEntry("Client", ec, "key password"),
  identityEntry("lone", lone),
  anchorEntry("My Root", root),
  anchorEntry("žluťoučký 😀", lone),
];

function write(
  profile: Pkcs12Profile,
  content: readonly StoreEntry[] = entries,
  password = "changeit",
): Buffer {
  return writePkcs12({ ...createPkcs12Store(profile), entries: content }, password);
}

const storesOfAll = new Map<Pkcs12Profile, Buffer>();

/** A store of all entries for readers to look at; to derive its keys takes longer than to read it. */
function storeOfAll(profile: Pkcs12Profile): Buffer {
  const bytes = storesOfAll.get(profile) ?? write(profile);
  storesOfAll.set(profile, bytes);
  return bytes;
}

function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}

/** What every reader must find in `entries`. */
const expected = [
  { alias: "server", kind: "identity", chain: rsa.chain.map(sha1) },
  { alias: "client", kind: "identity", chain: ec.chain.map(sha1) },
  { alias: "lone", kind: "identity", chain: lone.chain.map(sha1) },
  { alias: "my root", kind: "anchor", chain: [sha1(root.der)] },
  { alias: "žluťoučký 😀", kind: "anchor", chain: [sha1(lone.der)] },
];

describe("writing PKCS12", () => {
  test.each(profiles)("%s reads back as it was meant", (profile) => {
    const store = readPkcs12(storeOfAll(profile), "changeit");
    expect(store).toMatchObject({ format: "pkcs12", profile, integrity: "verified" });
    expect(store.entries.map(({ alias, kind }) => `${kind} ${alias}`)).toEqual([
      "identity server",
      "identity client",
      "identity lone",
      "anchor My Root",
      "anchor žluťoučký 😀",
    ]);
    const client = identityOf(store.entries, "client");
    expect(client.chain.map(sha1)).toEqual([ec.der, issuing.der, root.der].map(sha1));
    if (client.key.kind !== "sealed") throw new Error("a key was left open");
    expect(decryptPrivateKeyInfo(client.key.encryptedPrivateKeyInfo, "key password")).toEqual(ec.pkcs8);
    const { encryptedPrivateKeyInfo } = client.key;
    expect(() => decryptPrivateKeyInfo(encryptedPrivateKeyInfo, "changeit")).toThrow(
      expect.objectContaining({ code: "wrong-password" }),
    );
  });

  test.each(profiles)(
    "%s gives the same bytes for the same content and password, and others for others",
    (profile) => {
      const bytes = storeOfAll(profile);
      expect(write(profile).equals(bytes)).toBe(true);
      expect(write(profile, entries, "changeit2").subarray(-20).equals(bytes.subarray(-20))).toBe(false);
      const salts = [bytes, write(profile, entries.slice(1)), write(profile, entries, "changeit2")].map(
        macSalt,
      );
      expect(new Set(salts).size).toBe(3);
    },
  );

  test.each(profiles)("%s written again after reading is settled", (profile) => {
    const once = writePkcs12(readPkcs12(storeOfAll(profile), "changeit"), "changeit");
    expect(writePkcs12(readPkcs12(once, "changeit"), "changeit").equals(once)).toBe(true);
  });

  test("a certificate that several chains share is written once", () => {
    const bytes = writePkcs12(
      { ...createPkcs12Store("modern"), entries: [identityEntry("a", rsa), identityEntry("b", ec)] },
      "changeit",
    );
    const one = writePkcs12(
      { ...createPkcs12Store("modern"), entries: [identityEntry("a", rsa)] },
      "changeit",
    );
    expect(bytes.length - one.length).toBeLessThan(ec.der.length + ec.pkcs8.length + 700);
    expect(
      readPkcs12(bytes, "changeit").entries.map((entry) => entry.kind === "identity" && entry.chain.length),
    ).toEqual([3, 3]);
  });

  test("one key under two aliases stays two entries", () => {
    const twice = [identityEntry("a", rsa), identityEntry("b", rsa)];
    expect(readPkcs12(write("modern", twice), "changeit").entries).toMatchObject([
      { alias: "a", chain: rsa.chain },
      { alias: "b", chain: rsa.chain },
    ]);
  });

  test("a key without certificates and an empty store are written", () => {
    const bare: StoreEntry = { ...identityEntry("bare", ec), chain: [] };
    expect(readPkcs12(write("modern", [bare]), "changeit").entries).toMatchObject([
      { alias: "bare", chain: [] },
    ]);
    expect(readPkcs12(write("modern", []), "changeit")).toMatchObject({ entries: [], integrity: "verified" });
  });

  test.each([
    [
      "two entries of one alias",
      [anchorEntry("A", root), anchorEntry("a", lone)],
      '"A" and "a" are one alias',
    ],
    [
      "a chain out of order",
      [{ ...identityEntry("s", rsa), chain: [rsa.der, root.der, issuing.der] }],
      "its certificate 1 was not issued by its certificate 2",
    ],
    [
      "a key that is none",
      [{ ...identityEntry("s", rsa), key: { kind: "clear", pkcs8: rsa.der } }],
      "PKCS#8",
    ],
    [
      "a secret key of another format",
      [{ kind: "secret", alias: "s", extra: { codec: "jceks", value: {} } }],
      "cannot be written to PKCS12",
    ],
  ] satisfies [string, StoreEntry[], string][])("refuses %s", (_, content, message) => {
    expect(() => write("modern", content)).toThrow(
      expect.objectContaining({ code: "invalid", message: expect.stringContaining(message) }),
    );
  });

  test("refuses a profile that PKCS12 does not have", () => {
    const store: Store = { format: "pkcs12", profile: "jks", integrity: "unchecked", entries: [] };
    expect(() => writePkcs12(store, "changeit")).toThrow("there are modern, compat, jdk-legacy");
  });

  test("no message holds a password", () => {
    const sealed = { ...identityEntry("s", rsa, "very secret"), chain: [rsa.der, root.der] };
    expect(() => write("modern", [sealed], "even more secret")).not.toThrow(/secret/);
  });

  test("refuses a key password that Java cannot take, whatever the store's is", () => {
    expect(() => write("modern", [identityEntry("s", rsa, "pässword")])).toThrow(
      expect.objectContaining({
        code: "invalid",
        message: expect.stringContaining("the key password holds"),
      }),
    );
  });

  test("a thousand anchors are read back", () => {
    const many = Array.from({ length: 1000 }, (_, index) => anchorEntry(`anchor ${index}`, root));
    const bytes = write("modern", many);
    expect(readPkcs12(bytes, "changeit").entries).toHaveLength(1000);
  });
});

for (const java of ["java", "java25"] as const) {
  describeWith(java, `what ${java} makes of stores we write`, () => {
    test("every profile lists all entries and opens each key with its password", () => {
      const listings = listWithJava(
        java,
        profiles.map((profile) => ({
          bytes: storeOfAll(profile),
          password: "changeit",
          keyPasswords: ["changeit", "key password"],
        })),
      );
      const keys = [rsa.pkcs8, ec.pkcs8, lone.pkcs8].map(sha1);
      for (const listing of listings) {
        expect(listing).toEqual({
          entries: expected.map((entry, index) => ({ ...entry, key: javaKey(keys[index]) })),
        });
      }
    });
  });
}

/** Java encodes an EC key without its public part, so only that it opened can be told. */
function javaKey(key: string | undefined): unknown {
  return key === undefined ? "" : expect.stringMatching(/^[0-9a-f]{40}$/);
}

for (const keytool of ["keytool", "keytool25"] as const satisfies readonly ToolName[]) {
  describeWith(keytool, `what ${keytool} makes of stores we write`, () => {
    test.each(profiles)("%s is listed without a warning about its algorithms being unknown", (profile) => {
      withFile(storeOfAll(profile), (path) => {
        const { status, stdout } = spawnSync(
          tool(keytool),
          ["-list", "-keystore", path, "-storepass", "changeit"],
          {
            encoding: "utf8",
          },
        );
        expect(status).toBe(0);
        expect(stdout.match(/PrivateKeyEntry|trustedCertEntry/g)).toHaveLength(5);
      });
    });
  });
}

describeWith("openssl", "what OpenSSL makes of stores we write", () => {
  const simple = [identityEntry("server", rsa), identityEntry("client", ec), anchorEntry("root", root)];

  test.each(profiles)("%s opens, with -legacy only where RC2 demands it", (profile) => {
    withFile(write(profile, simple), (path) => {
      const plain = openssl(path, []);
      expect(plain.status === 0).toBe(profile !== "jdk-legacy");
      const { stdout, stderr, status } = openssl(path, ["-legacy"]);
      expect(status).toBe(0);
      expect(stdout.match(/BEGIN PRIVATE KEY/g)).toHaveLength(2);
      expect(pemCertificates(stdout).sort()).toEqual(
        [rsa.der, ec.der, issuing.der, root.der].map(sha1).sort(),
      );
      expect(stderr).toContain(
        profile === "modern" ? "MAC: sha256, Iteration 10000" : "MAC: sha1, Iteration 100000",
      );
    });
  });

  test("the friendly name and the key id of key and certificate match, as node and browsers want it", () => {
    withFile(write("modern", [identityEntry("Server", rsa)]), (path) => {
      const ids = openssl(path, []).stdout.match(/localKeyID: .*/g);
      const id = sha1(rsa.der)
        .toUpperCase()
        .replace(/..(?=.)/g, "$& ");
      expect(ids).toEqual(
        [`localKeyID: ${id}`, `localKeyID: ${id}`].map((text) => `${text} `.trimEnd() + " "),
      );
      expect(openssl(path, []).stdout.match(/friendlyName: .*/g)).toEqual([
        "friendlyName: server",
        "friendlyName: server",
      ]);
    });
  });
});

describe("what node-forge makes of stores we write", () => {
  /** Both that have legacy algorithms cost forge 100,000 iterations in JavaScript; one has them all. */
  const opened = process.env["SLOW"] === "1" ? profiles : (["modern", "jdk-legacy"] as const);

  test.each(opened)("%s gives the RSA key and all certificates", (profile) => {
    const bytes = write(profile, [identityEntry("server", rsa)]);
    const store = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString("binary")), "changeit");
    const keyBags = store.getBags({
      friendlyName: "server",
      bagType: forge.pki.oids["pkcs8ShroudedKeyBag"] ?? "",
    });
    const key = keyBags.friendlyName?.[0]?.key;
    if (key === null || key === undefined) throw new Error("no key");
    const pem = forge.pki.privateKeyToPem(key);
    expect(createPrivateKey(pem).equals(rsa.privateKey)).toBe(true);
    const certificates = store.getBags({ bagType: forge.pki.oids["certBag"] ?? "" })[
      forge.pki.oids["certBag"] ?? ""
    ];
    expect(certificates).toHaveLength(3);
  });
});

describe("the samples", () => {
  test("are valid on their day", () => {
    expect(new X509Certificate(rsa.der).verify(new X509Certificate(issuing.der).publicKey)).toBe(true);
    expect(new Date(new X509Certificate(rsa.der).validTo).getTime()).toBeGreaterThan(now.getTime());
  });
});

function openssl(
  path: string,
  options: readonly string[],
): { stdout: string; stderr: string; status: number | null } {
  return spawnSync(
    tool("openssl"),
    ["pkcs12", "-in", path, "-passin", "pass:changeit", "-nodes", "-info", ...options],
    {
      encoding: "utf8",
    },
  );
}

function pemCertificates(text: string): string[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.map((pem) => sha1(new X509Certificate(pem).raw));
}

/** The end of the file: the MAC's salt and its iteration count. */
function macSalt(bytes: Buffer): string {
  return bytes.subarray(-25).toString("hex");
}

function withFile(bytes: Uint8Array, use: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "pkcs12-"));
  try {
    const path = join(folder, "store.p12");
    writeFileSync(path, bytes);
    use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
