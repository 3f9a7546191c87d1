import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createStore, writeStore } from "../../lib/keystore";
import { type OpenLock, formatLock, pinIdentities, resolveIdentity } from "../../lib/lock";
import type { ImportedIdentityRequest, SecretReference } from "../../lib/model";
import { generateKey, issueCertificate, parseCertificate, toPem } from "../../lib/pki";
import { describeWith, tool } from "../support/tools";
import {
  authority,
  filesOf,
  identity,
  issued,
  newLock,
  pin,
  pinOptions,
  selfSigned,
  thrownBy,
} from "./support";

const PASSWORDS: Readonly<Record<string, string>> = {
  "env:STORE": "store password",
  "env:KEY": "key password",
};

function resolveSecret(reference: SecretReference): string {
  return PASSWORDS[reference] ?? "wrong password";
}

describe("an imported identity", () => {
  let empty: OpenLock;
  let web: { leaf: Buffer; issuer: Buffer; key: Buffer };

  beforeAll(() => {
    empty = newLock();
    const { open } = pin([authority("ca"), issued("web", "ca")], empty);
    const { chain, privateKey } = resolveIdentity(open.lock, "web", open);
    const [leaf, issuer] = chain;
    if (leaf === undefined || issuer === undefined || privateKey === undefined)
      throw new Error("a pair was expected");
    web = { leaf, issuer, key: privateKey };
  });

  function pem(...parts: ("leaf" | "issuer" | "key")[]): Buffer {
    return Buffer.from(
      parts.map((part) => toPem(web[part], part === "key" ? "PRIVATE KEY" : "CERTIFICATE")).join(""),
    );
  }

  function imported(request: Partial<ImportedIdentityRequest> = {}) {
    return [identity("imported", { kind: "imported", file: "web.pem", ...request })];
  }

  test("comes from one PEM file, whatever its order", () => {
    const readFile = filesOf({ "web.pem": pem("issuer", "key", "leaf") });
    const { open } = pin(imported(), empty, { readFile });
    const { chain, anchor, privateKey } = resolveIdentity(open.lock, "imported", open);
    expect(chain).toEqual([web.leaf, web.issuer]);
    expect(anchor).toEqual(web.issuer);
    expect(privateKey).toEqual(web.key);
  });

  test("needs neither its file nor a password once it is pinned", () => {
    const readFile = filesOf({ "web.pem": pem("leaf", "issuer"), "web.key": pem("key") });
    const declared = imported({ keyFile: "web.key" });
    const { open } = pin(declared, empty, { readFile });
    expect(pinIdentities(pinOptions(declared, open, { frozen: true })).changes).toEqual([]);
  });

  test("gets a new generation when a file changed, and is stale when frozen", () => {
    const declared = imported({ keyFile: "web.key" });
    const before = pin(declared, empty, {
      readFile: filesOf({ "web.pem": pem("leaf", "issuer"), "web.key": pem("key") }),
    });
    const readFile = filesOf({ "web.pem": pem("leaf"), "web.key": pem("key") });
    expect(pin(declared, before.open, { readFile }).changes).toMatchObject([
      { action: "announced", generation: 2, reason: expect.stringContaining("web.pem changed") },
    ]);
    const error = thrownBy(() =>
      pinIdentities(pinOptions(declared, before.open, { readFile, frozen: true })),
    );
    expect(error).toMatchObject({ code: "stale-lock" });
  });

  test("may move to another file or password without a new generation", () => {
    const before = pin(imported(), empty, { readFile: filesOf({ "web.pem": pem("leaf", "key") }) });
    const moved = imported({ file: "moved.pem", password: "env:OTHER" });
    const readFile = filesOf({ "moved.pem": pem("leaf", "key") });
    expect(pinIdentities(pinOptions(moved, before.open, { readFile })).changes).toEqual([]);
  });

  test.each<[string, Partial<ImportedIdentityRequest>, () => Record<string, Buffer>, RegExp]>([
    ["a file that is missing", {}, () => ({}), /web\.pem: it is missing/],
    ["a key that is missing", {}, () => ({ "web.pem": pem("leaf") }), /web\.pem: .*private key/],
    ["a certificate that is missing", {}, () => ({ "web.pem": pem("key") }), /web\.pem: .*no certificate/],
    ["another's key", {}, () => ({ "web.pem": pem("issuer", "key") }), /none of the certificates belongs/],
    ["what is neither", {}, () => ({ "web.pem": Buffer.from("hello") }), /web\.pem: /],
  ])("is refused for %s, naming the file", (_, request, files, message) => {
    const error = thrownBy(() => pin(imported(request), empty, { readFile: filesOf(files()) }));
    expect(error).toMatchObject({ code: "cannot-pin" });
    expect(error.message).toMatch(/^identity "imported": /);
    expect(error.message).toMatch(message);
  });
});

describe("a partner's certificate", () => {
  let empty: OpenLock;
  let chain: readonly Buffer[];

  beforeAll(() => {
    empty = newLock();
    const { lock } = pin([authority("ca"), issued("web", "ca"), selfSigned("other")], empty);
    chain = [...resolveIdentity(lock, "web").chain, ...resolveIdentity(lock, "other").chain];
  });

  function partner(...indexes: number[]): Buffer {
    return Buffer.from(
      indexes.map((index) => toPem(chain[index] ?? Buffer.alloc(0), "CERTIFICATE")).join(""),
    );
  }

  const declared = [identity("partner", { kind: "certificate", file: "partner.pem" })];

  test.each([
    ["the root alone", [1], 0],
    ["the chain, root first", [1, 0], 1],
    ["the leaf alone, which is then what is trusted", [0], 0],
  ])("may be %s", (_, indexes, anchorIndex) => {
    const { open } = pin(declared, empty, { readFile: filesOf({ "partner.pem": partner(...indexes) }) });
    const resolved = resolveIdentity(open.lock, "partner", open);
    expect(resolved.privateKey).toBeUndefined();
    expect(resolved.chain).toHaveLength(indexes.length);
    expect(resolved.anchor).toEqual(resolved.chain[anchorIndex]);
  });

  test("in DER is the same certificate", () => {
    const { lock } = pin(declared, empty, {
      readFile: filesOf({ "partner.pem": chain[0] ?? Buffer.alloc(0) }),
    });
    expect(resolveIdentity(lock, "partner").chain).toEqual([chain[0]]);
  });

  test("beside one of another chain is refused, naming both", () => {
    const error = thrownBy(() =>
      pin(declared, empty, { readFile: filesOf({ "partner.pem": partner(0, 1, 2) }) }),
    );
    expect(error.message).toMatch(
      /partner\.pem: the certificates belong to several chains.*other\.example\.com/,
    );
  });

  test("opens no lock's key: there is no secret to take in", () => {
    const { lock } = pin(declared, empty, { readFile: filesOf({ "partner.pem": partner(0, 1) }) });
    expect(formatLock(lock)).not.toContain("privateKey");
  });
});

describeWith(["keytool", "openssl"], "identities that keytool and OpenSSL wrote", () => {
  let directory: string;
  let empty: OpenLock;

  beforeAll(() => {
    empty = newLock();
    directory = mkdtempSync(join(tmpdir(), "lock-import-"));
    for (const [alias, keyPassword] of [
      ["apia", "store password"],
      ["ia01", "key password"],
    ] as const) {
      run(
        "keytool",
        "-genkeypair",
        "-storetype",
        "JKS",
        "-keystore",
        "ia.jks",
        "-storepass",
        "store password",
        "-alias",
        alias,
        "-keypass",
        keyPassword,
        "-keyalg",
        "EC",
        "-dname",
        `CN=${alias}.example.com`,
      );
    }
    run(
      "openssl",
      "req",
      "-x509",
      "-newkey",
      "rsa:2048",
      "-keyout",
      "encrypted.key",
      "-passout",
      "pass:key password",
      "-out",
      "web.crt",
      "-days",
      "30",
      "-subj",
      "/CN=web.example.com",
    );
    run(
      "openssl",
      "pkcs12",
      "-export",
      "-inkey",
      "encrypted.key",
      "-passin",
      "pass:key password",
      "-in",
      "web.crt",
      "-out",
      "web.pfx",
      "-passout",
      "pass:store password",
    );
  });

  function run(name: "keytool" | "openssl", ...args: string[]): void {
    const { status, stderr, stdout } = spawnSync(tool(name), args, { cwd: directory, encoding: "utf8" });
    if (status !== 0) throw new Error(`${name}: ${stdout}${stderr}`);
  }

  function importing(request: Omit<ImportedIdentityRequest, "kind">) {
    return pin([identity("ia", { kind: "imported", ...request })], empty, {
      readFile: (path) => readFileSync(join(directory, path)),
      resolveSecret,
    });
  }

  test.each(["ABC", "abc"])(
    "of two aliases that differ in case, %s is the one of exactly that spelling",
    (alias) => {
      const twins = ["ABC", "abc"].map((spelled) => {
        const key = generateKey("ec-p256");
        const certificate = issueCertificate({
          subject: { commonName: spelled },
          publicKey: key.publicKey,
          issuer: { pkcs8: key.pkcs8 },
          notBefore: new Date("2026-01-01T00:00:00Z"),
          validityDays: 3_650,
          randomBytes: (length) => Buffer.alloc(length, 7),
        });
        const clear = { kind: "clear" as const, pkcs8: key.pkcs8 };
        return { kind: "identity" as const, alias: spelled, key: clear, chain: [certificate] };
      });
      const bytes = writeStore({ ...createStore("jks"), entries: twins }, "store password");
      writeFileSync(join(directory, "twins.jks"), bytes);

      const { open } = importing({ file: "twins.jks", password: "env:STORE", alias });
      const [leaf = Buffer.alloc(0)] = resolveIdentity(open.lock, "ia").chain;
      expect(parseCertificate(leaf).subject.toString()).toBe(`CN=${alias}`);
    },
  );

  test.each<[string, Omit<ImportedIdentityRequest, "kind">, string]>([
    ["JKS", { file: "ia.jks", password: "env:STORE", alias: "APIA" }, "CN=apia.example.com"],
    [
      "JKS with a key password of its own",
      { file: "ia.jks", password: "env:STORE", keyPassword: "env:KEY", alias: "ia01" },
      "CN=ia01.example.com",
    ],
    ["PFX", { file: "web.pfx", password: "env:STORE" }, "CN=web.example.com"],
    [
      "PEM with an encrypted key",
      { file: "web.crt", keyFile: "encrypted.key", password: "env:KEY" },
      "CN=web.example.com",
    ],
  ])("are taken in: %s", (_, request, subject) => {
    const { open } = importing(request);
    const { chain, privateKey } = resolveIdentity(open.lock, "ia", open);
    expect(chain.map((der) => parseCertificate(der).subject.toString())).toEqual([subject]);
    expect(privateKey?.length).toBeGreaterThan(0);
  });

  test.each<[string, Omit<ImportedIdentityRequest, "kind">, RegExp]>([
    [
      "several identities, none chosen",
      { file: "ia.jks", password: "env:STORE" },
      /several identities \(apia, ia01\)/,
    ],
    [
      "an alias that is not there",
      { file: "ia.jks", password: "env:STORE", alias: "x" },
      /no identity under alias "x"/,
    ],
    ["no password", { file: "ia.jks" }, /declare its password/],
    ["a wrong password", { file: "ia.jks", password: "env:WRONG" }, /ia\.jks: .*password/],
    ["a wrong key password", { file: "ia.jks", password: "env:STORE", alias: "ia01" }, /ia01.*|password/],
    [
      "a wrong PEM password",
      { file: "web.crt", keyFile: "encrypted.key", password: "env:WRONG" },
      /encrypted\.key: .*password/,
    ],
  ])("are refused with %s", (_, request, message) => {
    const error = thrownBy(() => importing(request));
    expect(error).toMatchObject({ code: "cannot-pin" });
    expect(error.message).toMatch(message);
    for (const password of Object.values(PASSWORDS)) expect(error.message).not.toContain(password);
  });
});
