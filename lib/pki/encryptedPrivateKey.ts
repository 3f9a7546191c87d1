import { createCipheriv, createHash, hkdfSync, pbkdf2Sync } from "node:crypto";
import { encodeInteger, encodeNull, encodeObjectIdentifier, encodeOctetString, encodeSequence } from "./asn1";
import { Oid } from "./objectIdentifiers";
import { toPem } from "./pem";

/** Ten times what the JDK's stores have, because no Java reader bounds this file. */
const ITERATIONS = 100_000;

/** Sets these derivations apart from every other use of the password. */
const LABEL = "cdktf-trust encrypted private key 1";

/**
 * Encrypts a private key as PKCS#8 in PEM (`ENCRYPTED PRIVATE KEY`): PBES2 with PBKDF2-HMAC-SHA256 and
 * AES-256-CBC (RFC 8018), which OpenSSL from 1.1, Node, curl, nginx and Java read.
 *
 * The same key and password give the same bytes. Salt and IV come from the password through the full
 * iteration count, so that they are no quicker a test of a guessed password than the key itself.
 *
 * @param pkcs8 DER of the PrivateKeyInfo
 */
export function encryptPrivateKeyPem(pkcs8: Uint8Array, password: string): string {
  const content = createHash("sha256").update(pkcs8).digest();
  const seed = derive(password, Buffer.concat([Buffer.from(LABEL), content]));
  const salt = slot(seed, "salt");
  const initialVector = slot(seed, "iv");

  const cipher = createCipheriv("aes-256-cbc", derive(password, salt), initialVector);
  const encrypted = Buffer.concat([cipher.update(pkcs8), cipher.final()]);
  const derivation = algorithm(
    Oid.pbkdf2,
    encodeSequence(
      encodeOctetString(salt),
      encodeInteger(ITERATIONS),
      algorithm(Oid.hmacWithSha256, encodeNull()),
    ),
  );
  const encryption = algorithm(
    Oid.pbes2,
    encodeSequence(derivation, algorithm(Oid.aes256Cbc, encodeOctetString(initialVector))),
  );
  return toPem(encodeSequence(encryption, encodeOctetString(encrypted)), "ENCRYPTED PRIVATE KEY");
}

function derive(password: string, salt: Uint8Array): Buffer {
  return pbkdf2Sync(Buffer.from(password, "utf8"), salt, ITERATIONS, 32, "sha256");
}

function slot(seed: Uint8Array, name: string): Buffer {
  return Buffer.from(hkdfSync("sha256", seed, new Uint8Array(), name, 16));
}

function algorithm(oid: string, parameters: Uint8Array): Buffer {
  return encodeSequence(encodeObjectIdentifier(oid), parameters);
}
