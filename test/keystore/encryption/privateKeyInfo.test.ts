import { spawnSync } from "node:child_process";
import { createPrivateKey, randomBytes } from "node:crypto";
import {
  decryptPrivateKeyInfo,
  encryptionAlgorithmOid,
  encryptPrivateKeyInfo,
  type EncryptionScheme,
} from "../../../lib/keystore/encryption";
import { describeWith, tool } from "../../support/tools";
import { makeIdentity } from "../pkcs12/samples";

const { pkcs8 } = makeIdentity("a.example", "rsa-2048");
const password = "correct horse";
const sha1Schemes: readonly EncryptionScheme[] = (["3des", "3des-2key", "rc2-128", "rc2-40"] as const).map(
  (cipher) => ({
    kind: "pbes1",
    cipher,
    iterations: 1000,
  }),
);
const pbes2Schemes: readonly EncryptionScheme[] = (
  ["sha1", "sha224", "sha256", "sha384", "sha512", "sha512-256"] as const
)
  .flatMap((prf) =>
    (["aes-128", "aes-192", "aes-256", "3des"] as const).map((cipher) => [prf, cipher] as const),
  )
  .map(([prf, cipher]) => ({ kind: "pbes2", prf, cipher, iterations: 1000 }));

function code(wanted: string): Error {
  return expect.objectContaining({ code: wanted });
}

describe("encrypted private keys", () => {
  test.each([...sha1Schemes, ...pbes2Schemes])("%j opens again, and under no other password", (scheme) => {
    const sealed = encryptPrivateKeyInfo(pkcs8, password, scheme, randomBytes);
    expect(decryptPrivateKeyInfo(sealed, password)).toEqual(pkcs8);
    for (const wrong of ["correct hors", "", null]) {
      expect(() => decryptPrivateKeyInfo(sealed, wrong)).toThrow(code("wrong-password"));
    }
  });

  test.each(pbes2Schemes)("node:crypto opens %j", (scheme) => {
    const key = encryptPrivateKeyInfo(pkcs8, password, scheme, randomBytes);
    const opened = createPrivateKey({ key, format: "der", type: "pkcs8", passphrase: password });
    expect(opened.export({ format: "der", type: "pkcs8" })).toEqual(pkcs8);
  });

  test.each(["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des-ede3-cbc"])(
    "opens what node:crypto sealed with %s",
    (cipher) => {
      const key = createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" });
      const sealed = key.export({ format: "der", type: "pkcs8", cipher, passphrase: password });
      expect(decryptPrivateKeyInfo(sealed, password)).toEqual(pkcs8);
    },
  );

  test.each(["", null, "žluťoučký 😀"])("opens under the password %j", (unusual) => {
    for (const scheme of [sha1Schemes[0], pbes2Schemes[0]]) {
      if (scheme === undefined) throw new Error("no scheme");
      const sealed = encryptPrivateKeyInfo(pkcs8, unusual, scheme, randomBytes);
      expect(decryptPrivateKeyInfo(sealed, unusual)).toEqual(pkcs8);
    }
  });

  test("right padding is no proof of the password: what comes out must be a private key", () => {
    const scheme = { kind: "pbes2", prf: "sha256", cipher: "aes-128", iterations: 1 } as const;
    const sealed = encryptPrivateKeyInfo(pkcs8, password, scheme, randomBytes);
    for (let attempt = 0; attempt < 2000; attempt += 1) {
      expect(() => decryptPrivateKeyInfo(sealed, `wrong ${attempt}`)).toThrow(code("wrong-password"));
    }
  });

  test("the key protection of JKS is named, not guessed at", () => {
    const jks = Buffer.from("3018300e060a2b060104012a021101010500040600000000000a", "hex");
    expect(() => decryptPrivateKeyInfo(jks, password)).toThrow(/key protection of JKS/);
    expect(encryptionAlgorithmOid(jks)).toBe("1.3.6.1.4.1.42.2.17.1.1");
  });

  test.each([
    ["nothing", ""],
    ["no SEQUENCE", "0500"],
    ["an empty SEQUENCE", "3000"],
  ])("%s is damaged", (_, hex) => {
    expect(() => decryptPrivateKeyInfo(Buffer.from(hex, "hex"), password)).toThrow(code("damaged"));
  });

  test("only PKCS#8 is encrypted", () => {
    const [scheme] = pbes2Schemes;
    if (scheme === undefined) throw new Error("no scheme");
    expect(() => encryptPrivateKeyInfo(Buffer.from("3000", "hex"), password, scheme, randomBytes)).toThrow(
      code("invalid"),
    );
  });
});

describeWith("openssl", "encrypted private keys, judged by OpenSSL", () => {
  function openssl(options: readonly string[], input: Uint8Array): Buffer {
    const { status, stdout, stderr } = spawnSync(
      tool("openssl"),
      ["pkcs8", "-inform", "DER", "-outform", "DER", ...options],
      { input },
    );
    if (status !== 0) throw new Error(stderr.toString());
    return stdout;
  }
  const legacy = ["-provider", "legacy", "-provider", "default"];

  test.each([...sha1Schemes, ...pbes2Schemes])("OpenSSL opens %j", (scheme) => {
    const sealed = encryptPrivateKeyInfo(pkcs8, password, scheme, randomBytes);
    const opened = openssl(
      ["-passin", `pass:${password}`, "-topk8", "-nocrypt", ...legacy],
      openssl(["-passin", `pass:${password}`, ...legacy], sealed),
    );
    expect(opened).toEqual(pkcs8);
  });

  test.each([
    ["-v1", "PBE-SHA1-3DES"],
    ["-v1", "PBE-SHA1-2DES"],
    ["-v1", "PBE-SHA1-RC2-40"],
    ["-v1", "PBE-SHA1-RC2-128"],
    ["-v1", "PBE-SHA1-RC4-128"],
    ["-v1", "PBE-SHA1-RC4-40"],
    ["-v1", "PBE-MD5-DES"],
    ["-v2", "aes-256-cbc", "-v2prf", "hmacWithSHA512"],
    ["-v2", "aes-192-cbc", "-v2prf", "hmacWithSHA1"],
    ["-v2", "des3", "-v2prf", "hmacWithSHA256"],
  ])("what OpenSSL sealed with %s %s opens", (...options) => {
    const sealed = openssl(["-topk8", "-passout", `pass:${password}`, ...options, ...legacy], pkcs8);
    expect(decryptPrivateKeyInfo(sealed, password)).toEqual(pkcs8);
  });

  test.each([["-scrypt"], ["-v1", "PBE-SHA1-DES"], ["-v1", "PBE-MD5-RC2-64"]])(
    "what is not supported is named: %s %s",
    (...options) => {
      const sealed = openssl(["-topk8", "-passout", `pass:${password}`, ...options, ...legacy], pkcs8);
      expect(() => decryptPrivateKeyInfo(sealed, password)).toThrow(code("unsupported"));
      expect(() => decryptPrivateKeyInfo(sealed, password)).toThrow(/scrypt|PBE-SHA1-DES|PBE-MD5-RC2/);
    },
  );
});
