import { createPrivateKey } from "node:crypto";
import {
  encodeInteger,
  encodeSequence,
  readAsn1,
  readObjectIdentifier,
  readSequence,
  readSmallInteger,
  Tag,
  type Asn1Element,
} from "./asn1";
import {
  inStep,
  malformedContent,
  noPrivateKey,
  passwordNeeded,
  unsupportedKey,
  wrongKeyPassword,
} from "./errors";
import { Oid } from "./objectIdentifiers";
import { isPem, readPem, toPem, type PemBlock } from "./pem";

/**
 * Reads the one private key of a file and returns it as PKCS#8 in DER: PKCS#1, SEC1, OpenSSL's DSA form,
 * PKCS#8 and encrypted PKCS#8, in PEM or DER, and PEM encrypted as RFC 1421 has it (`Proc-Type: 4,ENCRYPTED`).
 * Certificates beside the key are passed over, a password that is not needed is not looked at.
 *
 * @throws PkiError `no-private-key`, `password-needed`, `wrong-password`, `unsupported-key`,
 *   `malformed-asn1` or `malformed-content`
 */
export function readPrivateKey(bytes: string | Uint8Array, password?: string): Buffer {
  return inStep("read private key", () => {
    const { pem, isEncrypted } = findKey(typeof bytes === "string" ? Buffer.from(bytes) : bytes);
    if (isEncrypted && password === undefined) throw passwordNeeded();
    try {
      const key = createPrivateKey({ key: pem, format: "pem", passphrase: password ?? "" });
      return key.export({ format: "der", type: "pkcs8" });
    } catch (error) {
      if (isEncrypted) throw wrongKeyPassword(error);
      throw unsupportedKey("its content is damaged or of a kind that OpenSSL does not know", error);
    }
  });
}

interface FoundKey {
  readonly pem: string;
  readonly isEncrypted: boolean;
}

function findKey(bytes: Uint8Array): FoundKey {
  if (!isPem(bytes)) return fromDer(bytes);
  const keys = readPem(Buffer.from(bytes).toString("latin1")).filter(({ label }) =>
    label.endsWith("PRIVATE KEY"),
  );
  const [key] = keys;
  if (key === undefined || keys.length > 1) {
    throw noPrivateKey(`the file holds ${keys.length} private keys: exactly one is expected`);
  }
  return fromBlock(key);
}

/** Ciphers of RFC 1421 encryption that OpenSSL 3 has without its legacy provider. */
const blockCiphers = /^(AES-(128|192|256)-CBC|DES-EDE3-CBC)$/i;

function fromBlock({ label, der, text, headers }: PemBlock): FoundKey {
  if (label === "OPENSSH PRIVATE KEY") {
    throw unsupportedKey('it is in OpenSSH\'s own format: convert it with "ssh-keygen -p -m PKCS8"');
  }
  if (!/^Proc-Type:\s*4,\s*ENCRYPTED/m.test(headers)) return fromDer(der);
  const cipher = /^DEK-Info:\s*([^,\s]+)/m.exec(headers)?.[1] ?? "an unnamed cipher";
  if (!blockCiphers.test(cipher)) throw unsupportedKey(`it is encrypted with ${cipher}`);
  return { pem: text, isEncrypted: true };
}

/** Tells the structure by its first elements, because labels and file names lie. */
function fromDer(der: Uint8Array): FoundKey {
  if (der[0] !== Tag.sequence) {
    throw malformedContent("neither PEM nor DER: a private key in PKCS#1, SEC1 or PKCS#8 was expected");
  }
  const parts = readSequence(readAsn1(der), "the key");
  const found = (label: string, isEncrypted = false): FoundKey => ({ pem: toPem(der, label), isEncrypted });
  const shape = parts
    .slice(0, 3)
    .map(({ tag }) => tag)
    .join(",");
  switch (shape) {
    case `${Tag.sequence},${Tag.octetString}`:
      checkEncryption(parts[0]);
      return found("ENCRYPTED PRIVATE KEY", true);
    case `${Tag.integer},${Tag.sequence},${Tag.octetString}`:
      return { pem: toPem(asVersion1(der, parts), "PRIVATE KEY"), isEncrypted: false };
    case `${Tag.integer},${Tag.integer},${Tag.integer}`:
      return found(parts.length === 6 ? "DSA PRIVATE KEY" : "RSA PRIVATE KEY");
    default:
      if (shape.startsWith(`${Tag.integer},${Tag.octetString}`)) return found("EC PRIVATE KEY");
      throw noPrivateKey("the file holds something else than a private key");
  }
}

/** RFC 5958 appends the public key, as Bouncy Castle does, which OpenSSL 3.0 does not read. */
function asVersion1(der: Uint8Array, [version, algorithm, key, ...rest]: readonly Asn1Element[]): Uint8Array {
  if (rest.length === 0 || algorithm === undefined || key === undefined) return der;
  return readSmallInteger(version, "the version of the key") === 1
    ? encodeSequence(encodeInteger(0), algorithm.encoded, key.encoded)
    : der;
}

/** The JDK's own limit, so that a hostile file cannot make a reader work for hours. */
const MAXIMUM_ITERATIONS = 5_000_000;

const SCRYPT = "1.3.6.1.4.1.11591.4.11";
const PBE_SHA1_3DES = "1.2.840.113549.1.12.1.3";

const cipherOids: ReadonlySet<string> = new Set([
  "2.16.840.1.101.3.4.1.2",
  "2.16.840.1.101.3.4.1.22",
  Oid.aes256Cbc,
  "1.2.840.113549.3.7",
]);

/** Names what OpenSSL 3 would only report as a failed decryption. */
function checkEncryption(identifier: Asn1Element | undefined): void {
  const [type, parameters] = readSequence(identifier, "the encryption");
  const scheme = readObjectIdentifier(type, "the encryption");
  if (scheme === PBE_SHA1_3DES) {
    checkIterations(readSequence(parameters, "the encryption's parameters")[1]);
    return;
  }
  if (scheme !== Oid.pbes2) throw unsupportedKey(`it is encrypted with algorithm ${scheme}`);

  const [derivation, cipher] = readSequence(parameters, "the encryption's parameters");
  const cipherOid = readObjectIdentifier(readSequence(cipher, "the cipher")[0], "the cipher");
  if (!cipherOids.has(cipherOid)) throw unsupportedKey(`it is encrypted with cipher ${cipherOid}`);
  const [kind, settings] = readSequence(derivation, "the key derivation");
  const kindOid = readObjectIdentifier(kind, "the key derivation");
  if (kindOid === Oid.pbkdf2) checkIterations(readSequence(settings, "the key derivation's parameters")[1]);
  else if (kindOid !== SCRYPT) throw unsupportedKey(`its password is derived with algorithm ${kindOid}`);
}

function checkIterations(count: Asn1Element | undefined): void {
  const iterations = readSmallInteger(count, "the iteration count");
  if (iterations < 1 || iterations > MAXIMUM_ITERATIONS) {
    throw unsupportedKey(`its iteration count is ${iterations}: 1 to ${MAXIMUM_ITERATIONS} are accepted`);
  }
}
