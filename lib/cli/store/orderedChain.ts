import { PkiError, orderChain, parseCertificate, publicKeyMatches, type Certificate } from "../../pki";
import { type CliIo, printWarnings } from "../io";

/**
 * A chain as it is to be presented, the leaf first and each issuer after what it issued; a warning says where it was
 * not so. One with certificates that do not belong to it comes back as it was.
 *
 * @param pkcs8 the leaf's private key, which tells the leaf
 */
export function orderedChain(
  io: CliIo,
  chain: readonly Uint8Array[],
  pkcs8: Uint8Array,
): readonly Uint8Array[] {
  const certificates = chain.map((der) => parseCertificate(der));
  const leaf = certificates.find((certificate) => isOf(certificate, pkcs8));
  if (leaf === undefined) return chain;
  const ordered = orderChain(leaf, certificates);
  const all = new Set(certificates.map(({ sha256 }) => sha256));
  if (ordered.length < all.size) return chain;
  warnOfDisorder(io, ordered, certificates);
  return ordered.map(({ der }) => der);
}

/** Says that a chain was put in order, where those of its certificates that were given did not stand so. */
export function warnOfDisorder(
  io: CliIo,
  ordered: readonly Certificate[],
  given: readonly Certificate[],
): void {
  const wanted = ordered.map(({ sha256 }) => sha256);
  const found = given.map(({ sha256 }) => sha256).filter((sha256) => wanted.includes(sha256));
  if (found.join() === wanted.join()) return;
  printWarnings(io, `the chain was out of order; it is put in as ${ordered.map(String).join(", then ")}`);
}

/** Of kinds of keys that cannot be compared, such as ML-DSA, nothing is put in order. */
function isOf(certificate: Certificate, pkcs8: Uint8Array): boolean {
  try {
    return publicKeyMatches(certificate, pkcs8);
  } catch (error) {
    if (error instanceof PkiError) return false;
    throw error;
  }
}
