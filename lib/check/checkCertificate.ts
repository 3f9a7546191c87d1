import { refusedAlgorithm } from "../java";
import { DAY_MS, day, endsWithin } from "../model/day";
import type { Certificate } from "../pki";
import {
  type Dated,
  EXPIRING_WITHIN_DAYS,
  KEY_BITS,
  type KeyBits,
  refusal,
  type Refusal,
  refusedDates,
  WEAK_SIGNATURES,
} from "../rules";

/**
 * What the dates of a certificate have to say, wherever it stands: in a store, in a plan.
 *
 * @param expiringWithinDays how soon an end counts
 */
export function checkDates(
  certificate: Dated,
  now: Date,
  expiringWithinDays: number = EXPIRING_WITHIN_DAYS,
): Refusal | undefined {
  const refused = refusedDates(certificate, now);
  if (refused !== undefined) return refused;
  if (!endsWithin(certificate.notAfter, now, expiringWithinDays)) return undefined;
  const until = `${day(certificate.notAfter)}, ${inDays(daysUntil(certificate.notAfter, now))}`;
  return refusal("expiring", `the certificate of ${certificate.toString()} expires on ${until}`);
}

/** Whole days until an end; negative after it. */
export function daysUntil(end: Date, now: Date): number {
  return Math.floor((end.getTime() - now.getTime()) / DAY_MS);
}

function inDays(days: number): string {
  return days === 0 ? "in less than a day" : days === 1 ? "in 1 day" : `in ${days} days`;
}

/** What a chain that is one certificate long lacks, unless that certificate is its own issuer. */
export function checkCompleteness(leaf: Certificate, chain: readonly Certificate[]): Refusal | undefined {
  if (leaf.isSelfIssued || chain.length > 1) return undefined;
  const facts = `the chain of ${leaf.toString()} is one certificate long, and its issuer ${leaf.issuer.toString()} is not known`;
  return refusal("chain-incomplete", facts);
}

/** What the key and the signature of a certificate have to say; what is refused silences what is weak. */
export function checkStrength(certificate: Certificate): Refusal[] {
  // Nobody relies on the signature that a root puts under itself.
  const refused = refusedAlgorithm(certificate, certificate.isSelfIssued ? "anchor" : "chain");
  if (refused !== undefined) return [refused];
  return [...weakKey(certificate), ...weakSignature(certificate)];
}

/** What the key alone has to say, where nobody relies on the signature: of an anchor. */
export function checkKeyStrength(certificate: Certificate): Refusal[] {
  const refused = refusedAlgorithm(certificate, "anchor");
  return refused === undefined ? weakKey(certificate) : [refused];
}

/** Whether the key is of a size that no reader is to accept, whatever else Java alone refuses. */
export function isKeyRefused({ keyAlgorithm }: Certificate): boolean {
  const { refused, bits } = keySize(keyAlgorithm);
  return bits < refused;
}

function weakKey(certificate: Certificate): Refusal[] {
  const { keyAlgorithm } = certificate;
  if (keyAlgorithm.startsWith("DSA")) {
    return [refusal("weak-key", `${certificate.toString()} has a DSA key, which TLS 1.3 does not know`)];
  }
  const { weak, bits } = keySize(keyAlgorithm);
  if (bits >= weak) return [];
  return [refusal("weak-key", `${certificate.toString()} has a key of ${keyAlgorithm} bits`)];
}

function weakSignature(certificate: Certificate): Refusal[] {
  const { signatureAlgorithm } = certificate;
  if (certificate.isSelfIssued || !WEAK_SIGNATURES.test(signatureAlgorithm)) return [];
  const facts = `${certificate.toString()} is signed with ${signatureAlgorithm}, which OpenSSL and browsers refuse`;
  return [refusal("weak-signature", facts)];
}

/** `RSA 2048` with its limits; keys that are not measured in bits pass all of them. */
function keySize(keyAlgorithm: string): KeyBits & { readonly bits: number } {
  const [type = "", size] = keyAlgorithm.split(" ");
  const limits = Object.entries<KeyBits>(KEY_BITS).find(([name]) => name === type)?.[1];
  return limits === undefined ? { refused: 0, weak: 0, bits: 0 } : { ...limits, bits: Number(size ?? 0) };
}
