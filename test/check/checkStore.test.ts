import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { checkStore } from "../../lib/check";
import { createStore, readStore, setEntry, storeLayoutOf, writeStore } from "../../lib/keystore";
import type { CheckOptions } from "../../lib/check";
import type { IdentityEntry, Store, StoreEntry } from "../../lib/keystore";
import { encryptPrivateKeyInfo } from "../../lib/keystore/encryption";
import { generateKey, issueCertificate, parseCertificate } from "../../lib/pki";
import { makeCertificate } from "../support/certificateMaker";
import { listWithJava } from "../support/javaStores";
import { residentKeytool } from "../support/residentKeytool";
import { describeWith, tool } from "../support/tools";
import { certificateBag, makeFile } from "../keystore/pkcs12/handmade";
import { samples, under } from "../keystore/samples";
import { readVector } from "../keystore/storeVectors";

const PASSWORD = "correct horse";
const NOW = new Date("2026-12-01T00:00:00Z");
const options: CheckOptions = { password: PASSWORD, now: NOW };

const authority = chainLink("authority", undefined, { isAuthority: true });
const intermediate = chainLink("intermediate", authority, { isAuthority: true });
const server = chainLink("server", intermediate);

/** A key under PBES2, as only PKCS12 has it. */
const foreignKey: IdentityEntry = {
  kind: "identity",
  alias: "server",
  key: {
    kind: "sealed",
    encryptedPrivateKeyInfo: encryptPrivateKeyInfo(
      server.pkcs8,
      PASSWORD,
      { kind: "pbes2", prf: "sha256", cipher: "aes-256", iterations: 1000 },
      (length) => Buffer.alloc(length, 7),
    ),
  },
  chain: [server.der, intermediate.der, authority.der],
};

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

  test("finds what a PKCS12 file hides under the same alias", () => {
    const bags = ["Root", "root"].map((name) =>
      certificateBag(samples.anchor.certificate, { name, trusted: true }),
    );
    expect(checkStore(readStore(makeFile([bags]), null), options)).toContainEqual(
      expect.objectContaining({
        rule: "alias-repeated",
        subject: "root",
        message: expect.stringContaining('the file also holds "Root"'),
      }),
    );
  });

  test("finds anchors whose keys are too short, and says nothing of their own signatures", () => {
    const anchor = (key: "rsa-512" | "rsa-1024"): StoreEntry => ({
      kind: "anchor",
      alias: "root",
      certificate: makeCertificate({ now: NOW, subject: key, key, hash: "sha1" }).der,
    });
    expect(found(reread(anchor("rsa-512")))).toEqual(["error algorithm-refused root"]);
    expect(found(reread(anchor("rsa-1024")))).toEqual(["warning weak-key root"]);
  });

  test("finds passwords that are empty, or that Java does not take", () => {
    const store = reread(under("root", samples.anchor));
    const [empty] = checkStore(store, { ...options, password: "" });
    expect(empty).toMatchObject({ rule: "weak-password", message: expect.stringContaining("is empty") });
    expect(found(store, { password: "pässword and more" })).toEqual([]);
    const bytes = writeStore(setEntry(createStore("modern"), under("root", samples.anchor)), PASSWORD);
    expect(found(readStore(bytes, PASSWORD), { password: "pässword and more" })).toEqual([
      "error password-not-ascii store",
    ]);
  });

  test("finds files without a MAC, and with one that most readers do not know", () => {
    const nomac = readStore(readVector("made/ossl30-leaf-nomac.p12"), "changeit");
    expect(found(nomac)).toContain("warning integrity-unprotected store");
    // The key is under a password, whatever lies beside it.
    expect(nomac.profile).toBe("custom");
    expect(readStore(readVector("variants/O_nomac_plain.p12"), null).profile).toBe("passwordless");
    expect(found(readStore(readVector("variants/Q_pbmac1_256.p12"), "changeit"))).toContain(
      "error integrity-pbmac1 store",
    );
  });

  test("finds entries of JCEKS that Java did not write", () => {
    const alien = readStore(readVector("pyjks/jceks/unknown_type_of_sealed_object.jceks"), "12345678");
    expect(checkStore(alien, options)).toContainEqual(
      expect.objectContaining({
        rule: "java-unreadable",
        subject: "mykey",
        message: expect.stringContaining("an object of the Java class org.pyjks.DummyObject"),
      }),
    );
    const own = readStore(readVector("pyjks/jceks/AES128.jceks"), "12345678");
    expect(found(own)).not.toContain("error java-unreadable mykey");
  });

  test("finds keys in JKS and JCEKS that are protected the way of PKCS12", () => {
    expect(found({ ...createStore("jks"), integrity: "verified", entries: [foreignKey] })).toContain(
      "error key-unreadable server",
    );
  });

  test("finds certificates with explicit EC parameters", () => {
    const store = readStore(fixture("explicit-parameters.p12"), "changeit");
    expect(found(store, { password: "changeit" })).toEqual([
      "warning weak-password store",
      "error java-unreadable expl",
    ]);
  });

  test("tells an ML-DSA key from damage", () => {
    const later = { now: new Date("2026-12-15T00:00:00Z") };
    const store = readStore(fixture("jdk25-ml-dsa.p12"), "changeit");
    expect(found(store, { ...later, password: "changeit" })).toEqual([
      "warning weak-password store",
      "warning key-beyond-tls ml",
      "warning key-beyond-tls ml2",
    ]);
    const [ml] = store.entries;
    if (ml?.kind !== "identity") throw new Error("no identity");
    const mixed = { ...ml, chain: [server.der, intermediate.der, authority.der] };
    expect(found({ ...store, entries: [mixed] }, { ...later, password: "changeit" })).toContain(
      "error key-does-not-match ml",
    );
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

  test("is content once the certificates that Java did not see are imported again", () => {
    const bytes = readFileSync(join(__dirname, "../fixtures/vectors/made/ossl30-nokeys.p12"));
    const before = readStore(bytes, "changeit");
    const unseen = storeLayoutOf(before.extra)?.parts.flatMap(({ bags }) => bags) ?? [];
    const after = unseen.reduce((store, bag, at) => {
      const certificate = parseCertificate(bag.value).der;
      return setEntry(store, { kind: "anchor", alias: `root${at}`, createdMs: 5, certificate });
    }, before);

    expect(unseen.length).toBeGreaterThan(0);
    expect(found(readStore(writeStore(after, "changeit"), "changeit"))).not.toContain(
      "warning invisible-certificate store",
    );
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

function fixture(name: string): Buffer {
  return readFileSync(join(__dirname, "../fixtures/pkcs12", name));
}

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

describeWith("keytool", "two identities of one authority, as keytool writes them", () => {
  const keytool = residentKeytool();

  test("hide nothing, though the file holds the authority's certificate twice", () => {
    const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-check-"));
    try {
      const run = (command: string, store: string, ...words: string[]) =>
        execFileSync(keytool(), [command, "-keystore", store, "-storepass", "changeit", ...words], {
          cwd: directory,
          stdio: ["ignore", "pipe", "ignore"],
        });
      const ec = ["-keyalg", "EC", "-groupname", "secp256r1"];
      run("-genkeypair", "ca", "-alias", "ca", "-dname", "CN=ca", "-ext", "bc:c", ...ec);
      for (const name of ["one", "two"]) {
        run("-genkeypair", "s", "-alias", name, "-dname", `CN=${name}`, ...ec);
        run("-certreq", "s", "-alias", name, "-file", "csr");
        run("-gencert", "ca", "-alias", "ca", "-infile", "csr", "-rfc", "-outfile", "leaf");
        const chain = [
          readFileSync(join(directory, "leaf")),
          run("-exportcert", "ca", "-alias", "ca", "-rfc"),
        ];
        writeFileSync(join(directory, "chain"), Buffer.concat(chain));
        run("-importcert", "s", "-alias", name, "-noprompt", "-file", "chain");
      }
      const store = readStore(readFileSync(join(directory, "s")), "changeit");
      expect(store.entries).toHaveLength(2);
      const rules = checkStore(store, { password: "changeit", now: new Date() }).map(({ rule }) => rule);
      expect(rules).not.toContain("invisible-certificate");
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  });
});

describeWith("java", "what Java makes of what the check calls unreadable", () => {
  test("it opens none of it, or not that key", () => {
    const jceks = readVector("pyjks/jceks/unknown_type_of_sealed_object.jceks");
    const jks = writeStore(
      { ...createStore("jks"), entries: [under("good", samples.ec), foreignKey] },
      PASSWORD,
    );
    const listings = listWithJava("java", [
      { bytes: readVector("variants/Q_pbmac1_256.p12"), password: "changeit" },
      { bytes: fixture("explicit-parameters.p12"), password: "changeit" },
      { bytes: jceks, password: "12345678", type: "JCEKS" },
      { bytes: jks, password: PASSWORD, type: "JKS" },
    ]);
    expect(listings.slice(0, 3).map(({ error }) => error)).toEqual([
      expect.stringContaining("Integrity check failed"),
      expect.any(String),
      "Invalid secret key format",
    ]);
    const keyOf = (wanted: string) => listings[3]?.entries.find(({ alias }) => alias === wanted)?.key;
    expect([keyOf("server"), keyOf("good")]).toEqual(["sealed", expect.stringMatching(/^[0-9a-f]{40}$/)]);
  });
});
