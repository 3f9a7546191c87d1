import {
  parseCertificate,
  issueCertificate,
  findAnchor,
  generateKey,
  orderChain,
  publicKeyMatches,
  type Certificate,
} from "../../lib/pki";
import { createPrivateKey, createPublicKey, ECDH, generateKeyPairSync } from "node:crypto";
import { encodeBitString, encodeSequence, readAsn1, readSequence } from "../../lib/pki/asn1";
import { countedBytes, makeIdentity } from "./support/material";

const root = makeIdentity("Root", { authority: {} });
const middle = makeIdentity("Middle", { authority: {}, issuer: root });
const leaf = makeIdentity("a.example", { issuer: middle });
const single = makeIdentity("b.example");

describe("orderChain", () => {
  test("orders what is there, and leaves out strangers", () => {
    const pool = [single, root, leaf, middle].map(({ certificate }) => certificate);
    expect(subjects(orderChain(leaf.certificate, pool))).toEqual(["CN=a.example", "CN=Middle", "CN=Root"]);
    expect(subjects(orderChain(middle.certificate, pool))).toEqual(["CN=Middle", "CN=Root"]);
  });

  test("ends where the issuer is missing", () => {
    expect(subjects(orderChain(leaf.certificate, [root.certificate]))).toEqual(["CN=a.example"]);
    expect(subjects(orderChain(leaf.certificate, []))).toEqual(["CN=a.example"]);
  });

  test("a namesake with another key is no issuer", () => {
    const namesake = makeIdentity("Middle", { authority: {}, issuer: root });
    const pool = [namesake.certificate, middle.certificate];
    expect(orderChain(leaf.certificate, pool)[1]?.sha256).toBe(middle.certificate.sha256);
  });

  test("prefers the self-signed root to its cross-certificate, and ends on a loop of cross-certificates", () => {
    const other = makeIdentity("Other", { authority: {} });
    const crossed = (issuer: typeof root, subject: typeof root, name: string): Certificate =>
      parseCertificate(
        issueCertificate({
          subject: { commonName: name },
          publicKey: subject.certificate.publicKey,
          issuer,
          authority: {},
          notBefore: new Date("2026-01-01T00:00:00Z"),
          validityDays: 9999,
          randomBytes: countedBytes("cross"),
        }),
      );
    const rootByOther = crossed(other, root, "Root");
    const otherByRoot = crossed(root, other, "Other");

    expect(subjects(orderChain(middle.certificate, [rootByOther, root.certificate]))).toEqual([
      "CN=Middle",
      "CN=Root",
    ]);
    expect(subjects(orderChain(middle.certificate, [rootByOther, otherByRoot]))).toEqual([
      "CN=Middle",
      "CN=Root",
      "CN=Other",
    ]);
  });
});

describe("findAnchor", () => {
  test("is the self-signed certificate, the root, or the last one there is", () => {
    const of = (...identities: (typeof root)[]): string | undefined =>
      findAnchor(identities.map(({ certificate }) => certificate))?.subject.toString();
    expect(of(single)).toBe("CN=b.example");
    expect(of(leaf, root, middle)).toBe("CN=Root");
    expect(of(leaf, middle)).toBe("CN=Middle");
    expect(of(leaf)).toBe("CN=a.example");
    expect(of()).toBeUndefined();
  });
});

describe("publicKeyMatches", () => {
  test.each(["rsa-2048", "ec-p256", "ec-p384", "ed25519"] as const)(
    "tells the right key from others with %s",
    (keyAlgorithm) => {
      const mine = makeIdentity("a.example", { keyAlgorithm });
      const other = makeIdentity("a.example", { keyAlgorithm });
      expect(publicKeyMatches(mine.certificate, mine.pkcs8)).toBe(true);
      expect(publicKeyMatches(mine.certificate, other.pkcs8)).toBe(false);
      expect(publicKeyMatches(mine.certificate, single.pkcs8)).toBe(false);
    },
  );

  test("a certificate that holds its point compressed matches", () => {
    // GIVEN a public key whose 64 octets of coordinates become 32, with the sign in front (SEC 1, 2.3.3)
    const key = generateKey("ec-p256");
    const spki = key.publicKey.export({ format: "der", type: "spki" });
    const point = ECDH.convertKey(spki.subarray(26), "prime256v1", undefined, undefined, "compressed");
    const [algorithm] = readSequence(readAsn1(spki), "key");
    const shorter = encodeSequence(
      algorithm?.encoded ?? Buffer.alloc(0),
      encodeBitString(Buffer.from(point)),
    );
    const compressed = parseCertificate(
      issueCertificate({
        subject: { commonName: "a.example" },
        publicKey: createPublicKey({ key: shorter, format: "der", type: "spki" }),
        issuer: root,
        notBefore: new Date("2026-01-01T00:00:00Z"),
        validityDays: 1,
        randomBytes: countedBytes(),
      }),
    );
    // THEN
    expect(Buffer.from(compressed.spki)).toEqual(shorter);
    expect(compressed.keyAlgorithm).toBe("EC P-256");
    expect(publicKeyMatches(compressed, key.pkcs8)).toBe(true);
    expect(publicKeyMatches(compressed, leaf.pkcs8)).toBe(false);
  });

  test("comparisons across kinds of keys leave nothing behind that a later call fails with", () => {
    const identities = (["rsa-2048", "ec-p256", "ec-p384", "ed25519"] as const).map((keyAlgorithm) =>
      makeIdentity("a.example", { keyAlgorithm }),
    );
    for (const one of identities) {
      for (const other of identities) {
        expect(publicKeyMatches(one.certificate, other.pkcs8)).toBe(one === other);
        expect(one.certificate.isSignedBy(other.certificate)).toBe(one === other);
        expect(createPrivateKey({ key: one.pkcs8, format: "der", type: "pkcs8" }).type).toBe("private");
      }
    }
  });

  test("refuses what is no private key", () => {
    const { publicKey } = generateKeyPairSync("ed25519");
    const spki = publicKey.export({ format: "der", type: "spki" });
    expect(() => publicKeyMatches(single.certificate, spki)).toThrow(
      expect.objectContaining({ code: "unsupported-key" }),
    );
  });
});

function subjects(chain: readonly Certificate[]): string[] {
  return chain.map(({ subject }) => subject.toString());
}
