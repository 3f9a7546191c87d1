import {
  disabledFor,
  disabledKeyInTls,
  disabledSignatureInTls,
  namesOfKey,
  namesOfSignature,
  parseDisabledAlgorithms,
  unreadableEntry,
} from "../../lib/java/disabledAlgorithms";

import { makeCertificate } from "../support/certificateMaker";
import { createStore, setEntry, writeStore } from "../../lib/keystore";
import { describeWith } from "../support/tools";
import { JavaJudge } from "./hops/javaJudge";

const now = new Date("2026-01-01T00:00:00Z");
const asked = { use: "server", now } as const;
const parse = (list: string, others: Readonly<Record<string, string>> = {}) =>
  parseDisabledAlgorithms(list, (name) => others[name]);

describe("a list of disabled algorithms", () => {
  test.each<[list: string, key: string, isRefused: boolean]>([
    ["RSA keySize < 2048", "RSA 1024", true],
    ["RSA keySize < 2048", "RSA 2048", false],
    ["RSA keySize <= 2048", "RSA 2048", true],
    ["MD5, rsa keySize < 2048 & usage TLSClient", "RSA 1024", false],
    ["RSA keySize < 2048 & usage TLSServer TLSClient", "RSA 1024", true],
    ["RSA keySize < 2048 & jdkCA", "RSA 1024", false],
    ["RSA keySize < 2048 & denyAfter 2027-01-01", "RSA 1024", false],
    ["RSA keySize < 2048 & denyAfter 2025-01-01", "RSA 1024", true],
    ["RSA keySize > 1024 & keySize < 4096", "RSA 2048", true],
    ["RSA keySize > 1024 & keySize < 4096", "RSA 1024", false],
    ["EC keySize < 224", "EC P-192", true],
    ["include curves", "EC secp256k1", true],
    ["include curves", "EC P-256", false],
    ["EdDSA", "Ed25519", true],
  ])("%s of a key of %s: %s", (list, key, isRefused) => {
    const { names, bits } = namesOfKey(key);
    const found = disabledFor(parse(list, { curves: "secp192r1, secp256k1" }), names, bits, asked);
    expect(found !== undefined).toBe(isRefused);
  });

  test.each([
    ["SHA1", "sha1WithRSAEncryption"],
    ["SHA-1", "sha1WithRSAEncryption"],
    ["SHA256withECDSA", "ecdsa-with-SHA256"],
    ["RSASSA-PSS", "rsassaPss"],
    ["SHA3-256", "RSA-SHA3-256"],
  ])("%s is the signature %s", (entry, signature) => {
    expect(disabledFor(parse(entry), namesOfSignature(signature), undefined, asked)?.text).toBe(entry);
  });

  test.each<[entry: string, isRefused: boolean]>([
    ["RSA", true],
    ["RSA keySize <= 2048", true],
    ["RSA keySize <= 2048 & denyAfter 2025-01-01", true],
    ["RSA denyAfter 2027-01-01", false],
    ["RSA usage TLSServer", false],
    ["RSA keySize <= 2048 & usage TLSServer", false],
    ["RSA keySize <= 2048 & jdkCA", false],
  ])("TLS itself looks at sizes and dates of keys, not at uses: %s, %s", (entry, isRefused) => {
    const { names, bits } = namesOfKey("RSA 2048");
    expect(disabledKeyInTls(parse(entry), names, bits, asked) !== undefined).toBe(isRefused);
  });

  test.each<[entry: string, isRefused: boolean]>([
    ["SHA384", true],
    ["SHA384 usage TLSServer", false],
    ["SHA384 denyAfter 2025-01-01", false],
  ])("TLS itself passes over conditions on signatures: %s, %s", (entry, isRefused) => {
    const names = namesOfSignature("ecdsa-with-SHA384");
    expect(disabledSignatureInTls(parse(entry), names) !== undefined).toBe(isRefused);
  });

  test("an entry about sizes says nothing of a signature", () => {
    const names = namesOfSignature("sha256WithRSAEncryption");
    expect(disabledFor(parse("RSA keySize < 4096"), names, undefined, asked)).toBeUndefined();
  });
});

describeWith(["javac", "jre17"], "an entry of such a list", () => {
  test.each([
    "SHA224 & usage TLSServer",
    "RSA keysize < 1024",
    "RSA keySize 1024",
    "RSA keySize<1024",
    "RSA < 1024",
    "SHA1 after 2020-01-01",
    "SHA1 denyAfter 2020",
    "SHA1 forbidden",
  ])("that Java cannot read is known: %s", async (entry) => {
    expect(unreadableEntry(`SSLv3, ${entry}`)).toBe(entry);
    expect((await handshakeUnder(entry)).ok).toBe(false);
  });

  test.each([
    "SHA224 usage TLSServer",
    "RSA keySize > 768 & keySize < 1024",
    "RSA keySize < 1024 & usage TLSServer TLSClient & jdkca",
    "SHA1 denyAfter 2020-01-01 & jdkCA",
    "X9.62 c2tnb191v1",
    "include jdk.disabled.namedCurves",
  ])("that Java reads is taken: %s", async (entry) => {
    expect(unreadableEntry(`SSLv3,${entry}`)).toBeUndefined();
    expect(await handshakeUnder(entry)).toMatchObject({ ok: true });
  });

  const server = makeCertificate({
    now: new Date(),
    subject: "server.example",
    names: ["DNS:server.example"],
  });

  async function handshakeUnder(entry: string) {
    const judge = new JavaJudge("jre17", `jdk.tls.disabledAlgorithms=SSLv3, ${entry}\n`);
    try {
      const key = { kind: "clear", pkcs8: server.pkcs8 } as const;
      const store = setEntry(createStore("jks"), { kind: "identity", alias: "a", chain: server.chain, key });
      const keys = { type: "JKS", bytes: writeStore(store, "changeit") } as const;
      return await judge.judge({
        address: "server.example",
        verifiesName: true,
        clientAuthentication: "none",
        server: { keys, trust: keys },
        client: { trust: keys },
      });
    } finally {
      judge.close();
    }
  }
});
