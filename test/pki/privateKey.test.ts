import { spawnSync } from "node:child_process";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { encryptPrivateKeyPem, generateKey, PkiError, readPem, readPrivateKey, toPem } from "../../lib/pki";
import {
  contextTag,
  encodeElement,
  encodeInteger,
  encodeSequence,
  readAsn1,
  readSequence,
} from "../../lib/pki/asn1";
import { describeWith, tool } from "../support/tools";
import { makeIdentity, withDirectory } from "./support/material";

const rsa = generateKey("rsa-2048").pkcs8;
const ec = generateKey("ec-p256").pkcs8;
const ed25519 = generateKey("ed25519").pkcs8;

function openKey(pkcs8: Uint8Array) {
  return createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
}

describe("readPrivateKey", () => {
  test.each([
    ["PKCS#8", rsa, "pkcs8"],
    ["PKCS#1", rsa, "pkcs1"],
    ["PKCS#8 with EC", ec, "pkcs8"],
    ["SEC1", ec, "sec1"],
    ["PKCS#8 with Ed25519", ed25519, "pkcs8"],
  ] as const)("reads %s, in PEM and DER", (_, pkcs8, type) => {
    const key = openKey(pkcs8);
    expect(readPrivateKey(key.export({ format: "pem", type }).toString())).toEqual(pkcs8);
    expect(readPrivateKey(key.export({ format: "der", type }))).toEqual(pkcs8);
    // A password that is not needed does no harm.
    expect(readPrivateKey(key.export({ format: "der", type }), "unneeded")).toEqual(pkcs8);
  });

  test.each(["aes-256-cbc", "aes-128-cbc", "des-ede3-cbc"])("reads encrypted PKCS#8 under %s", (cipher) => {
    const options = { type: "pkcs8", cipher, passphrase: "open sesame" } as const;
    const key = openKey(ec);
    expect(readPrivateKey(key.export({ format: "pem", ...options }).toString(), "open sesame")).toEqual(ec);
    expect(readPrivateKey(key.export({ format: "der", ...options }), "open sesame")).toEqual(ec);
  });

  test("reads PEM encrypted as RFC 1421 has it", () => {
    for (const [pkcs8, type] of [
      [rsa, "pkcs1"],
      [ec, "sec1"],
    ] as const) {
      const pem = openKey(pkcs8)
        .export({ format: "pem", type, cipher: "aes-256-cbc", passphrase: "old way" })
        .toString();
      expect(pem).toContain("Proc-Type: 4,ENCRYPTED");
      expect(readPrivateKey(pem, "old way")).toEqual(pkcs8);
      expect(readPrivateKey(pem.replaceAll("\n", "\r\n"), "old way")).toEqual(pkcs8);
      expect(() => readPrivateKey(pem, "new way")).toThrow(
        expect.objectContaining({ code: "wrong-password" }),
      );
      expect(() => readPrivateKey(pem)).toThrow(expect.objectContaining({ code: "password-needed" }));
    }
  });

  test("reads a key that carries its public key, as Bouncy Castle writes it", () => {
    const [, algorithm, key] = readSequence(readAsn1(ed25519), "key");
    const parts = [algorithm, key].map((part) => part?.encoded ?? Buffer.alloc(0));
    const publicKey = encodeElement(contextTag(1, false), Buffer.alloc(33, 1));
    expect(readPrivateKey(encodeSequence(encodeInteger(1), ...parts, publicKey))).toEqual(ed25519);
  });

  test("finds the key among certificates", () => {
    const { certificate, pkcs8 } = makeIdentity("a.example");
    const pem = `${toPem(certificate.der, "CERTIFICATE")}subject=a.example\n${toPem(pkcs8, "PRIVATE KEY")}`;
    expect(readPrivateKey(pem)).toEqual(pkcs8);
  });

  test.each([
    [
      "no key",
      toPem(makeIdentity("a.example").certificate.der, "CERTIFICATE"),
      undefined,
      "no-private-key",
      "0 private keys",
    ],
    [
      "two keys",
      toPem(ec, "PRIVATE KEY") + toPem(rsa, "PRIVATE KEY"),
      undefined,
      "no-private-key",
      "2 private keys",
    ],
    [
      "a certificate in DER",
      makeIdentity("a.example").certificate.der,
      undefined,
      "no-private-key",
      "something else",
    ],
    ["plain text", Buffer.from("hello"), undefined, "malformed-content", "neither PEM nor DER"],
    [
      "OpenSSH's format",
      toPem(Buffer.from("openssh-key-v1"), "OPENSSH PRIVATE KEY"),
      undefined,
      "unsupported-key",
      "ssh-keygen -p -m PKCS8",
    ],
    [
      "an encrypted key without password",
      encryptPrivateKeyPem(ec, "right"),
      undefined,
      "password-needed",
      "password is needed",
    ],
    ["a wrong password", encryptPrivateKeyPem(ec, "right"), "wrong", "wrong-password", "does not open"],
    ["an empty password", encryptPrivateKeyPem(ec, "right"), "", "wrong-password", "does not open"],
  ])("refuses %s", (_, bytes, password, code, message) => {
    expect(() => readPrivateKey(bytes, password)).toThrow(
      expect.objectContaining({ code, message: expect.stringContaining(message) }),
    );
  });

  test("a wrong password is called so, whatever garbage it decrypts to", () => {
    const pem = encryptPrivateKeyPem(ed25519, "right");
    const outcomes = Array.from({ length: 30 }, (_, index) =>
      outcomeOf(() => readPrivateKey(pem, `wrong ${index}`)),
    );
    expect(new Set(outcomes)).toEqual(new Set(["wrong-password"]));
  });

  test("mutated keys give a key or a typed error", () => {
    const encrypted = readPem(
      openKey(ec).export({ format: "pem", type: "pkcs8", cipher: "aes-128-cbc", passphrase: "p" }).toString(),
    )[0]?.der;
    const seeds = [rsa, ec, ed25519, encrypted ?? ec];
    fc.assert(
      fc.property(fc.constantFrom(...seeds), fc.nat(), fc.nat(255), fc.boolean(), (seed, at, octet, cut) => {
        const mutated = Buffer.from(cut ? seed.subarray(0, at % seed.length) : seed);
        if (!cut) mutated[at % seed.length] = octet;
        expect(["read", expect.any(String)]).toContainEqual(outcomeOf(() => readPrivateKey(mutated, "p")));
      }),
      { numRuns: process.env.SLOW === "1" ? 100_000 : 500 },
    );
  });
});

describe("encryptPrivateKeyPem", () => {
  test("the same key and password give the same bytes, others others", () => {
    expect(encryptPrivateKeyPem(ec, "one")).toBe(encryptPrivateKeyPem(ec, "one"));
    expect(encryptPrivateKeyPem(ec, "one")).not.toBe(encryptPrivateKeyPem(ec, "two"));
    expect(saltOf(encryptPrivateKeyPem(ec, "one"))).not.toEqual(saltOf(encryptPrivateKeyPem(ec, "two")));
    expect(saltOf(encryptPrivateKeyPem(ec, "one"))).not.toEqual(saltOf(encryptPrivateKeyPem(rsa, "one")));
  });

  test("is read back, also under a password beyond ASCII", () => {
    for (const password of ["plain", "schlüssel ಠ益ಠ", "a"]) {
      for (const key of [rsa, ec, ed25519]) {
        expect(readPrivateKey(encryptPrivateKeyPem(key, password), password)).toEqual(key);
      }
    }
  });
});

describeWith(["openssl", "java"], "private keys before foreign readers", () => {
  test.each([
    ["RSA", rsa],
    ["EC", ec],
    ["Ed25519", ed25519],
  ])("OpenSSL opens what we encrypt: %s", async (_, pkcs8) => {
    await withDirectory((write) => {
      const path = write("key.pem", encryptPrivateKeyPem(pkcs8, "open sesame"));
      const { stdout } = spawnSync(tool("openssl"), [
        "pkcs8",
        "-topk8",
        "-nocrypt",
        "-in",
        path,
        "-passin",
        "pass:open sesame",
        "-outform",
        "DER",
      ]);
      expect(stdout).toEqual(pkcs8);
    });
  });

  test("Java opens what we encrypt", async () => {
    await withDirectory((write) => {
      const program = write("Open.java", JAVA_READER);
      const [block] = readPem(encryptPrivateKeyPem(rsa, "open sesame"));
      const { stdout, stderr } = spawnSync(tool("java"), [program], {
        input: (block?.der ?? Buffer.alloc(0)).toString("base64"),
        encoding: "utf8",
      });
      expect(stderr + stdout.trim()).toBe(rsa.toString("base64"));
    });
  });

  test("we open what OpenSSL encrypts, DSA and every PBES2 cipher included", async () => {
    const dsa = generateKeyPairSync("dsa", { modulusLength: 2048, divisorLength: 256 }).privateKey;
    const dsaPkcs8 = dsa.export({ format: "der", type: "pkcs8" });
    await withDirectory((write, directory) => {
      const key = write("key.pem", toPem(dsaPkcs8, "PRIVATE KEY"));
      const convert = (...options: string[]): string => {
        const { stdout, stderr } = spawnSync(tool("openssl"), [...options, "-in", key], {
          encoding: "utf8",
          cwd: directory,
        });
        expect(stderr.replace(/^(read|writ).*key\n/gm, "")).toBe("");
        return stdout;
      };
      const pkcs8 = (...options: string[]): string =>
        convert("pkcs8", "-topk8", "-passout", "pass:word", ...options);

      expect(readPrivateKey(convert("pkey", "-traditional"))).toEqual(dsaPkcs8);
      expect(readPrivateKey(pkcs8("-v1", "PBE-SHA1-3DES"), "word")).toEqual(dsaPkcs8);
      expect(readPrivateKey(pkcs8("-scrypt"), "word")).toEqual(dsaPkcs8);
      for (const cipher of ["aes-128-cbc", "aes-192-cbc", "aes-256-cbc", "des3"]) {
        for (const prf of ["hmacWithSHA1", "hmacWithSHA512"]) {
          expect(readPrivateKey(pkcs8("-v2", cipher, "-v2prf", prf), "word")).toEqual(dsaPkcs8);
        }
      }
      expect(() => readPrivateKey(pkcs8("-v2", "camellia-256-cbc"), "word")).toThrow(
        "encrypted with cipher 1.2.392",
      );
    });
  });
});

const JAVA_READER = `
import java.security.*;
import java.util.Base64;
import javax.crypto.*;
import javax.crypto.spec.*;

public class Open {
  public static void main(String[] arguments) throws Exception {
    byte[] der = Base64.getDecoder().decode(new String(System.in.readAllBytes()).trim());
    EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(der);
    SecretKey key = SecretKeyFactory.getInstance("PBEWithHmacSHA256AndAES_256")
        .generateSecret(new PBEKeySpec("open sesame".toCharArray()));
    Cipher cipher = Cipher.getInstance("PBEWithHmacSHA256AndAES_256");
    cipher.init(Cipher.DECRYPT_MODE, key, info.getAlgParameters());
    System.out.println(Base64.getEncoder().encodeToString(info.getKeySpec(cipher).getEncoded()));
  }
}
`;

function outcomeOf(action: () => unknown): string {
  try {
    action();
    return "read";
  } catch (error) {
    if (error instanceof PkiError) return error.code;
    throw error;
  }
}

function saltOf(pem: string): Buffer {
  // SEQUENCE, SEQUENCE, PBES2, SEQUENCE, SEQUENCE, PBKDF2, SEQUENCE, salt: all lengths are short here.
  const der = readPem(pem)[0]?.der ?? Buffer.alloc(0);
  const at = der.indexOf(Buffer.from("0410", "hex"));
  return der.subarray(at + 2, at + 18);
}
