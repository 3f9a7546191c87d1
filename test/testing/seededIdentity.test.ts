import { createHash, createPrivateKey, sign, verify } from "node:crypto";
import { seededIdentity } from "../../lib/testing/seededIdentity";
import { signRepeatably } from "../../lib/testing/seededEcKey";
import { inverse } from "../../lib/testing/numbers";

const ALGORITHMS = ["rsa-2048", "rsa-3072", "ec-p256", "ec-p384", "ed25519"] as const;

describe("an identity made from its id", () => {
  test.each(ALGORITHMS)("%s: a key that OpenSSL finds sound and signs with", (algorithm) => {
    const { pkcs8, publicKey } = seededIdentity("seed", "shop/Orders/Certificate").makeKey(algorithm);
    const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    const digest = algorithm === "ed25519" ? null : "sha256";
    expect(verify(digest, Buffer.from("text"), publicKey, sign(digest, Buffer.from("text"), key))).toBe(true);
    if (algorithm.startsWith("rsa"))
      expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(Number(algorithm.slice(4)));
  });

  test.each([
    ["ec-p256", "sha256"],
    ["ec-p384", "sha384"],
  ] as const)("%s: signs the same twice, as OpenSSL verifies", (algorithm, digest) => {
    const maker = seededIdentity("seed", "a");
    const { pkcs8, publicKey } = maker.makeKey(algorithm);
    const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
    const how = { algorithm: Buffer.alloc(0), digest };
    for (const text of ["", "one", "two", "three"]) {
      const signature = maker.sign?.(key, how, Buffer.from(text)) ?? Buffer.alloc(0);
      expect(maker.sign?.(key, how, Buffer.from(text))).toEqual(signature);
      expect(verify(digest, Buffer.from(text), publicKey, signature)).toBe(true);
    }
  });

  test("ECDSA is that of RFC 6979, A.2.5 (P-256, SHA-256, sample)", () => {
    const d = Buffer.from("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", "hex");
    const x = Buffer.from("60FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB6", "hex");
    const y = Buffer.from("7903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299", "hex");
    const key = createPrivateKey({
      format: "jwk",
      key: {
        kty: "EC",
        crv: "P-256",
        d: d.toString("base64url"),
        x: x.toString("base64url"),
        y: y.toString("base64url"),
      },
    });
    const signature = signRepeatably(
      key,
      { algorithm: Buffer.alloc(0), digest: "sha256" },
      Buffer.from("sample"),
    );
    expect(signature.toString("hex").toUpperCase()).toContain(
      "EFD48B2AACB6A8FD1140DD9CD45E81D69D2C877B56AAF991C34D0EA84EAF3716",
    );
    expect(signature.toString("hex").toUpperCase()).toContain(
      "F7CB1C942D657C41D436C7A1B6E29F65F3E900DBB9AFF4064DC4AB2F843ACDA8",
    );
  });

  test("is the same on every run and another for another id or seed", () => {
    const digestOf = (seed: string, id: string) =>
      createHash("sha256").update(seededIdentity(seed, id).makeKey("rsa-2048").pkcs8).digest("hex");
    expect(digestOf("seed", "a")).toBe("19ee081d7c8afa34318ff77e1f958622a587ff592f985dcb6d229c6d41db865d");
    expect(new Set([digestOf("seed", "a"), digestOf("seed", "b"), digestOf("other", "a")]).size).toBe(3);
  });

  test("serial numbers depend on the id alone", () => {
    const serial = (id: string) => Buffer.from(seededIdentity("seed", id).randomBytes(16)).toString("hex");
    expect(serial("a")).toBe(serial("a"));
    expect(serial("a")).not.toBe(serial("b"));
  });
});

describe("the inverse", () => {
  test.each([
    [3n, 7n, 5n],
    [1n, 7n, 1n],
    [65_537n, 3_120_000_001n, undefined],
  ])("of %s modulo %s", (number, modulus, expected) => {
    const found = inverse(number, modulus);
    if (expected !== undefined) expect(found).toBe(expected);
    expect((found * number) % modulus).toBe(1n);
  });
});
