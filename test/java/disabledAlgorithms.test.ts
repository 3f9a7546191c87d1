import {
  disabledFor,
  namesOfKey,
  namesOfSignature,
  parseDisabledAlgorithms,
} from "../../lib/java/disabledAlgorithms";

const now = new Date("2026-01-01T00:00:00Z");
const asked = { use: "server", now } as const;
const parse = (list: string, others: Readonly<Record<string, string>> = {}) =>
  parseDisabledAlgorithms(list, (name) => others[name]);

describe("a list of disabled algorithms", () => {
  test.each<[list: string, key: string, isRefused: boolean]>([
    ["RSA keySize < 2048", "RSA 1024", true],
    ["RSA keySize < 2048", "RSA 2048", false],
    ["RSA keySize <= 2048", "RSA 2048", true],
    ["MD5, rsa keysize < 2048 & usage TLSClient", "RSA 1024", false],
    ["RSA keySize < 2048 & usage TLSServer TLSClient", "RSA 1024", true],
    ["RSA keySize < 2048 & jdkCA", "RSA 1024", false],
    ["RSA keySize < 2048 & denyAfter 2027-01-01", "RSA 1024", false],
    ["RSA keySize < 2048 & denyAfter 2025-01-01", "RSA 1024", true],
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

  test("an entry about sizes says nothing of a signature", () => {
    const names = namesOfSignature("sha256WithRSAEncryption");
    expect(disabledFor(parse("RSA keySize < 4096"), names, undefined, asked)).toBeUndefined();
  });
});
