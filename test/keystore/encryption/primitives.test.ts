import { createHash, pbkdf2Sync, randomBytes } from "node:crypto";
import {
  derivedBytes,
  digestLength,
  KeyDerivation,
  passwordForm,
  passwordForms,
  pkcs12Kdf,
  Pkcs12Purpose,
} from "../../../lib/keystore/encryption";
import { decryptRc2, encryptRc2 } from "../../../lib/keystore/encryption/rc2";
import { repeatSha1, repeatSha256 } from "../../../lib/keystore/encryption/repeatHash";

const hex = (text: string): Buffer => Buffer.from(text, "hex");

describe("RC2", () => {
  // RFC 2268, section 5, but for the two of 63 and 129 bits: node-forge knows whole bytes, and PKCS12 40 and 128 bits.
  test.each([
    ["ffffffffffffffff", 64, "ffffffffffffffff", "278b27e42e2f0d49"],
    ["3000000000000000", 64, "1000000000000001", "30649edf9be7d2c2"],
    ["88", 64, "0000000000000000", "61a8a244adacccf0"],
    ["88bca90e90875a", 64, "0000000000000000", "6ccf4308974c267f"],
    ["88bca90e90875a7f0f79c384627bafb2", 64, "0000000000000000", "1a807d272bbe5db1"],
    ["88bca90e90875a7f0f79c384627bafb2", 128, "0000000000000000", "2269552ab0f85ca6"],
  ])("key %s of %d bits", (key, bits, plain, encrypted) => {
    const output = encryptRc2(hex(key), bits, Buffer.alloc(8), hex(plain));
    expect(output.subarray(0, 8).toString("hex")).toBe(encrypted);
    expect(decryptRc2(hex(key), bits, Buffer.alloc(8), output)).toEqual(hex(plain));
  });

  test("as much as a store of all public authorities has comes back", () => {
    const plain = Buffer.alloc(2 ** 18, "certificates ");
    const iv = hex("1122334455667788");
    const encrypted = encryptRc2(hex("0102030405"), 40, iv, plain);
    expect(decryptRc2(hex("0102030405"), 40, iv, encrypted)?.equals(plain)).toBe(true);
  });

  test("wrong padding and partial blocks give nothing", () => {
    const output = encryptRc2(hex("0102030405"), 40, Buffer.alloc(8), Buffer.from("some text"));
    expect(decryptRc2(hex("0102030406"), 40, Buffer.alloc(8), output)).toBeUndefined();
    expect(decryptRc2(hex("0102030405"), 40, Buffer.alloc(8), output.subarray(1))).toBeUndefined();
    expect(decryptRc2(hex("0102030405"), 40, Buffer.alloc(8), Buffer.alloc(0))).toBeUndefined();
  });
});

describe("the key derivation of PKCS12", () => {
  // From the tests of Bouncy Castle and NSS.
  test.each([
    ["smeg", "0a58cf64530d823f", 1, "8aaae6297b6cb04642ab5b077851284eb7128f1a2a7fbca3", Pkcs12Purpose.key],
    ["smeg", "0a58cf64530d823f", 1, "79993dfe048d3b76", Pkcs12Purpose.iv],
    [
      "queeg",
      "05dec959acff72f7",
      1000,
      "ed2034e36328830ff09df1e1a07dd357185dac0d4f9eb3d4",
      Pkcs12Purpose.key,
    ],
    ["queeg", "05dec959acff72f7", 1000, "11dedad7758d4860", Pkcs12Purpose.iv],
    ["queeg", "263216fcc2fab31c", 1000, "5ec4c7a80df652294c3925b6489a7ab857c83476", Pkcs12Purpose.mac],
  ])("%s with salt %s, %d times", (password, salt, iterations, expected, purpose) => {
    const { bmp } = passwordForm(password);
    const derived = pkcs12Kdf("sha1", bmp, hex(salt), iterations, purpose, expected.length / 2);
    expect(derived.toString("hex")).toBe(expected);
  });

  test("the written-out hashes are the hashes", () => {
    for (const [name, repeat] of [
      ["sha1", repeatSha1],
      ["sha256", repeatSha256],
    ] as const) {
      const start = randomBytes(digestLength(name));
      let expected: Buffer = start;
      for (let round = 0; round < 10; round += 1) expected = createHash(name).update(expected).digest();
      expect(repeat(start, 10)).toEqual(expected);
    }
  });
});

describe("forms of a password", () => {
  test("null has no bytes, the empty password has two, and each is tried as the other", () => {
    expect(passwordForms(null).map(({ bmp }) => bmp.length)).toEqual([0, 2]);
    expect(passwordForms("").map(({ bmp }) => bmp.length)).toEqual([2, 0]);
  });

  test("beyond ASCII the bytes of the UTF-8 text are tried too, as old OpenSSL and new Java take them", () => {
    expect(passwordForms("é").map(({ bmp }) => Buffer.from(bmp).toString("hex"))).toEqual([
      "00e90000",
      "00c300a90000",
      "004300290000",
    ]);
    expect(passwordForms("plain")).toHaveLength(1);
  });
});

describe("derivation of keys", () => {
  const salt = Buffer.alloc(8, 1);
  const password = Buffer.from("changeit");

  test("is done once for the same inputs", () => {
    const derivation = new KeyDerivation({ work: 1000 });
    const first = derivation.pbkdf2("sha256", password, salt, 1000, 32);
    expect(derivation.pbkdf2("sha256", password, salt, 1000, 32)).toBe(first);
    expect(first).toEqual(pbkdf2Sync(password, salt, 1000, 32, "sha256"));
    expect(() => derivation.pbkdf2("sha256", password, salt, 999, 32)).toThrow(
      expect.objectContaining({ code: "too-costly" }),
    );
  });

  test("is refused beyond what the JDK allows", () => {
    const derivation = new KeyDerivation();
    expect(() => derivation.pbkdf2("sha256", password, salt, 5_000_001, 32)).toThrow("at most 5000000");
    expect(() => derivation.pkcs12("sha1", password, salt, 2 ** 52, Pkcs12Purpose.mac, 20)).toThrow(
      "at most 5000000",
    );
    expect(() => derivation.pbkdf2("sha1", password, salt, 4_000_000, 80)).toThrow("15000000 are left");
    expect(() => derivation.pbkdf2("sha256", password, salt, 0, 32)).toThrow(
      expect.objectContaining({ code: "damaged" }),
    );
  });
});

describe("bytes derived from content and password", () => {
  const derive = (password: string, content: string, slot: string): string =>
    Buffer.from(
      derivedBytes(password, "test", Buffer.from(content), 1000, new KeyDerivation())(slot)(20),
    ).toString("hex");

  test("are the same for the same, and others for any other password, content or slot", () => {
    expect(derive("a", "b", "c")).toBe(derive("a", "b", "c"));
    expect(
      new Set([derive("a", "b", "c"), derive("x", "b", "c"), derive("a", "x", "c"), derive("a", "b", "x")])
        .size,
    ).toBe(4);
  });

  test("cost the full iteration count, so that no password is tested faster than the store does", () => {
    const within = new KeyDerivation({ work: 1000 });
    derivedBytes("a", "test", Buffer.from("b"), 1000, within)("c")(20);
    expect(() => within.pbkdf2("sha256", Buffer.from("x"), Buffer.from("y"), 1, 32)).toThrow("0 are left");
  });

  test("differ each time a slot is asked again", () => {
    const source = derivedBytes("a", "test", Buffer.from("b"), 10, new KeyDerivation())("c");
    expect(source(20)).not.toEqual(source(20));
  });
});
