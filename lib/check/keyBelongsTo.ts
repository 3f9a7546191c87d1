import { type Certificate, PkiError, publicKeyMatches } from "../pki";
import { readAsn1, readObjectIdentifier, readSequence } from "../pki/asn1";

/**
 * Whether a private key belongs to a certificate. Of kinds that this Node cannot compute with, such as ML-DSA, no more
 * than the kind is compared.
 *
 * @param pkcs8 DER of the PrivateKeyInfo
 * @throws PkiError where the key is damaged
 */
export function keyBelongsTo(leaf: Certificate, pkcs8: Uint8Array): boolean {
  try {
    return publicKeyMatches(leaf, pkcs8);
  } catch (error) {
    if (!(error instanceof PkiError) || error.code !== "unsupported-key") throw error;
    const [, ofKey] = readSequence(readAsn1(pkcs8), "the private key");
    const [ofCertificate] = readSequence(readAsn1(leaf.spki), "the public key");
    const [key, certificate] = [ofKey, ofCertificate].map((algorithm) =>
      readObjectIdentifier(readSequence(algorithm, "the algorithm of a key")[0], "the algorithm of a key"),
    );
    if (key !== certificate) return false;
    if (COMPUTED.has(key ?? "")) throw error;
    return true;
  }
}

/** RSA, RSASSA-PSS, DSA and EC (RFC 8017, RFC 3279): if such a key cannot be read, it is damaged. */
const COMPUTED: ReadonlySet<string> = new Set([
  "1.2.840.113549.1.1.1",
  "1.2.840.113549.1.1.10",
  "1.2.840.10040.4.1",
  "1.2.840.10045.2.1",
]);
