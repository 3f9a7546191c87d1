import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkStore } from "../../lib/check";
import { createStore, readStore, setEntry, writeStore } from "../../lib/keystore";
import type { CheckOptions } from "../../lib/check";
import type { IdentityEntry, Store, StoreEntry } from "../../lib/keystore";
import { generateKey, issueCertificate, parseCertificate } from "../../lib/pki";
import { describeWith, tool } from "../support/tools";
import { samples, under } from "../keystore/samples";
import { readVector } from "../keystore/storeVectors";

const PASSWORD = "correct horse";
const NOW = new Date("2026-12-01T00:00:00Z");
const options: CheckOptions = { password: PASSWORD, now: NOW };

const authority = chainLink("authority", undefined, { isAuthority: true });
const intermediate = chainLink("intermediate", authority, { isAuthority: true });
const server = chainLink("server", intermediate);

describe("checking a store", () => {
  const reread = (...entries: StoreEntry[]): Store => {
    const store = entries.reduce(setEntry, createStore("jks"));
    return readStore(writeStore(store, PASSWORD), PASSWORD);
  };
  const found = (store: Store, more: Partial<CheckOptions> = {}) =>
    checkStore(store, { ...options, ...more }).map(
      ({ level, rule, subject }) => `${level} ${rule} ${subject}`,
    );
  const identity = (chain: readonly Link[], pkcs8 = server.pkcs8): IdentityEntry => ({
    kind: "identity",
    alias: "server",
    key: { kind: "clear", pkcs8 },
    chain: chain.map(({ der }) => der),
  });

  test("finds nothing in a good one", () => {
    expect(found(reread(identity([server, intermediate, authority]), under("root", samples.anchor)))).toEqual(
      [],
    );
  });

  test("finds a store that is empty, unchecked, or under a weak password", () => {
    expect(found(reread())).toEqual(["warning no-entries store"]);
    expect(found(readStore(readVector("pyjks/jks/truststore.jks"), null), { password: null })).toContain(
      "warning integrity-unchecked store",
    );
    expect(
      found(readStore(readVector("jks-js/examples/assets/truststore.jks"), "password"), {
        password: "password",
      }),
    ).toContain("warning weak-password store");
  });

  test("finds content that is not what the name says", () => {
    const store = reread(under("root", samples.anchor));
    expect(found(store, { fileName: "conf/store.P12" })).toEqual(["warning content-against-extension store"]);
    expect(found(store, { fileName: "conf/store.jks" })).toEqual([]);
    expect(found(store, { fileName: "conf/cacerts" })).toEqual([]);
  });

  test("finds keys that do not open, or belong to another certificate", () => {
    const own = identity([server, intermediate, authority]);
    const closed: IdentityEntry = {
      ...own,
      key: { kind: "clear", pkcs8: server.pkcs8, password: "own word" },
    };
    expect(found(reread(closed))).toEqual(["error key-password-differs server"]);
    expect(found(reread(identity([server, intermediate, authority], authority.pkcs8)))).toEqual([
      "error key-does-not-match server",
    ]);
  });

  test("finds chains that are missing, in disorder, or not complete", () => {
    const [created] = [{ createdMs: 5 }];
    expect(found(reread({ ...identity([]), ...created }))).toEqual(["error no-certificate server"]);
    expect(found(reread(identity([server, authority, intermediate])))).toEqual([
      "error chain-disordered server",
    ]);
    expect(found(reread(identity([server])))).toEqual(["warning chain-incomplete server"]);
  });

  test("finds what has expired, is to expire, or is not valid yet", () => {
    const store = reread(identity([server, intermediate, authority]), { ...under("root", samples.anchor) });
    const at = (text: string) => found(store, { now: new Date(text) });
    expect(at("2027-10-20T00:00:00Z")).toContain("warning expiring server");
    expect(at("2028-02-01T00:00:00Z")).toContain("error expired server");
    expect(at("2028-02-01T00:00:00Z")).toContain("warning expired server");
    expect(at("2025-01-01T00:00:00Z")).toContain("error not-yet-valid server");
    expect(at("2037-01-01T00:00:00Z")).toContain("warning expired root");
  });

  test("finds weak algorithms", () => {
    expect(
      found(readStore(readVector("pyjks/jks/RSA1024.jks"), "12345678"), { password: "12345678" }),
    ).toContain("warning weak-key mykey");
    expect(
      found(readStore(readVector("jks-js/keystore/DSA_1024_keystore.jks"), "password"), {
        password: "password",
      }),
    ).toContain("warning weak-key jks-js");
    expect(found(readStore(readVector("made/jdk17-jceks.ks"), "changeit"))).toContain(
      "warning weak-encryption store",
    );
    expect(
      found(readStore(readVector("made/jdk8-pkcs12.ks"), "changeit"), { password: "changeit" }),
    ).toContain("warning weak-encryption store");
  });

  test("finds aliases that Java does not find, or that somebody will trip over", () => {
    const entries = [under("Root", samples.anchor), under("1", samples.anchor), under(" a", samples.anchor)];
    expect(found({ ...createStore("jks"), integrity: "verified", entries })).toEqual([
      "error alias-upper-case Root",
      "warning alias-number 1",
      "warning alias-blank  a",
    ]);
    const twice = [under("Root", samples.anchor), under("root", samples.anchor)];
    expect(found({ ...createStore("modern"), integrity: "verified", entries: twice })).toEqual([
      "error alias-repeated Root",
      "error alias-repeated root",
    ]);
  });

  test("finds keys that Java does not present", () => {
    const store = reread(
      under("apia", identity([server, intermediate, authority])),
      under("tomcat", identity([server, intermediate, authority])),
    );
    expect(found(store)).toEqual(["warning other-identity-presented apia"]);
  });

  test("finds certificates in PKCS12 that Java does not see", () => {
    const bytes = readFileSync(join(__dirname, "../fixtures/vectors/made/ossl30-nokeys.p12"));
    expect(found(readStore(bytes, "changeit"))).toContain("warning invisible-certificate store");
    const plain = readFileSync(join(__dirname, "../fixtures/vectors/variants/U_plain_keybag.p12"));
    expect(found(readStore(plain, "changeit"))).toContain("error invisible-key store");
  });

  test("finds a certificate that is damaged", () => {
    const entry: StoreEntry = {
      kind: "anchor",
      alias: "root",
      createdMs: 5,
      certificate: Buffer.from("3003020101", "hex"),
    };
    expect(found(reread(entry))).toEqual(["error certificate-unreadable root"]);
  });
});

interface Link {
  readonly pkcs8: Buffer;
  readonly der: Buffer;
}

function chainLink(commonName: string, issuer: Link | undefined, { isAuthority = false } = {}): Link {
  const { pkcs8, publicKey } = generateKey("ec-p256");
  const der = issueCertificate({
    subject: { commonName },
    publicKey,
    issuer:
      issuer === undefined ? { pkcs8 } : { pkcs8: issuer.pkcs8, certificate: parseCertificate(issuer.der) },
    notBefore: new Date("2026-11-01T00:00:00Z"),
    validityDays: issuer === undefined ? 3650 : 365,
    ...(isAuthority ? { authority: {} } : {}),
    randomBytes: (length) => Buffer.alloc(length, commonName.length),
  });
  return { pkcs8, der };
}

describeWith(["openssl"], "algorithms that OpenSSL 3 keeps for old stores", () => {
  const make = (...options: string[]) => {
    const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-check-"));
    try {
      const run = (...words: string[]) =>
        execFileSync(tool("openssl"), words, { cwd: directory, stdio: ["ignore", "pipe", "ignore"] });
      run("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=a", "-keyout", "a", "-out", "b");
      const files = ["-inkey", "a", "-in", "b", "-out", "c", "-name", "a", "-passout", "pass:changeit"];
      run("pkcs12", "-export", "-legacy", ...files, ...options);
      return readStore(readFileSync(join(directory, "c")), "changeit");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  };

  test("finds what Java cannot open, as keytool refuses it", () => {
    const store = readStore(readVector("go-pkcs12/pkcs12_test/03-x.p12"), "password");
    expect(checkStore(store, options)).toContainEqual(
      expect.objectContaining({ level: "error", rule: "java-unreadable", subject: "store" }),
    );
  });

  test("finds RC2 beside a newer MAC", () => {
    const findings = checkStore(make("-macalg", "sha256"), { password: "changeit", now: NOW });
    expect(findings.map(({ rule }) => rule)).toContain("weak-encryption");
  });

  test("calls no profile by name where a key is under an unknown algorithm", () => {
    expect(make().profile).toBe("jdk-legacy");
    expect(make("-keypbe", "PBE-SHA1-RC4-128").profile).toBe("custom");
  });
});
