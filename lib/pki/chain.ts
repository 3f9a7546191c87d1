import { type KeyObject, createPublicKey } from "node:crypto";
import type { Certificate } from "./certificate";
import { openPrivateKey, spkiOf } from "./key";

/**
 * The leaf and its issuers as far as the pool has them, each signed by the next; the leaf itself need not
 * be in the pool. Of several possible issuers the self-signed one is taken, which ends the chain soonest,
 * then the one that is valid longest.
 */
export function orderChain(leaf: Certificate, pool: readonly Certificate[]): Certificate[] {
  const chain = [leaf];
  for (let current = leaf; !current.isSelfSigned;) {
    const issuer = issuerOf(current, pool);
    if (issuer === undefined || chain.some(({ sha256 }) => sha256 === issuer.sha256)) break;
    chain.push(issuer);
    current = issuer;
  }
  return chain;
}

/**
 * What others must trust to accept a chain: the self-signed certificate itself, or the root of its chain;
 * the last certificate that is there if the root is not.
 *
 * @param chain the leaf first, the rest in any order
 */
export function findAnchor(chain: readonly [Certificate, ...Certificate[]]): Certificate;
export function findAnchor(chain: readonly Certificate[]): Certificate | undefined;
export function findAnchor(chain: readonly Certificate[]): Certificate | undefined {
  const [leaf] = chain;
  return leaf === undefined ? undefined : orderChain(leaf, chain).at(-1);
}

/** Whether two chains (DER) are the same certificates in the same order. */
export function isSameChain(one: readonly Uint8Array[], other: readonly Uint8Array[]): boolean {
  return (
    one.length === other.length &&
    one.every((der, index) => Buffer.compare(der, other[index] ?? Buffer.of()) === 0)
  );
}

/**
 * Whether a private key (PKCS#8, DER) belongs to a certificate.
 *
 * @throws PkiError `unsupported-key` where either cannot be read
 */
export function publicKeyMatches(certificate: Certificate, pkcs8: Uint8Array): boolean {
  return hasPublicKey(certificate, createPublicKey(openPrivateKey(pkcs8)));
}

/**
 * Whether a certificate is of a public key.
 *
 * @throws PkiError `unsupported-key` where the certificate's cannot be read
 */
export function hasPublicKey(certificate: Certificate, ours: KeyObject): boolean {
  const theirs = certificate.publicKey;
  if (spkiOf(ours).equals(spkiOf(theirs))) return true;
  // A certificate may hold the same point compressed. Comparing keys of two kinds is no option: Node 20
  // then leaves an error behind in OpenSSL that the next key to be opened fails with.
  const curve = ours.asymmetricKeyDetails?.namedCurve;
  return curve !== undefined && curve === theirs.asymmetricKeyDetails?.namedCurve && ours.equals(theirs);
}

function issuerOf(certificate: Certificate, pool: readonly Certificate[]): Certificate | undefined {
  const candidates = pool.filter(
    (candidate) => candidate.subject.equals(certificate.issuer) && certificate.isSignedBy(candidate),
  );
  const [best] = candidates.sort(
    (a, b) => Number(b.isSelfSigned) - Number(a.isSelfSigned) || b.notAfter.getTime() - a.notAfter.getTime(),
  );
  return best;
}
