import type { Certificate } from "../pki";
import { type Refusal, refusal } from "../rules";
import type { OpensslPolicy } from "./opensslPolicy";

/** Bits of security that each level wants (`SSL_CTX_set_security_level`); 0 wants none. */
const BITS_OF_LEVEL = [0, 80, 112, 128, 192, 256] as const;

/** Bits of security of RSA and DSA keys, by the least size that has them (NIST SP 800-57, table 2). */
const BITS_OF_MODULUS = [
  [15_360, 256],
  [7680, 192],
  [3072, 128],
  [2048, 112],
  [1024, 80],
] as const;

/** What has no known name is left to the handshake. */
const UNKNOWN = Number.POSITIVE_INFINITY;

/**
 * What OpenSSL's security level refuses on a path that it verifies, leaf first: keys of all certificates, signatures
 * of all but the last, which is trusted as it is (`x509_vfy.c`, `check_auth_level`).
 */
export function refusedPath(path: readonly Certificate[], policy: OpensslPolicy): Refusal | undefined {
  return path
    .map(
      (certificate, at) =>
        weakKey(certificate, policy) ??
        (at === path.length - 1 ? undefined : weakSignature(certificate, policy)),
    )
    .find((problem) => problem !== undefined);
}

/**
 * What OpenSSL's security level refuses to present: it loads no such certificate (`t1_lib.c`, `ssl_security_cert`),
 * so that nginx does not start and curl does not call.
 */
export function refusedOwnChain(chain: readonly Certificate[], policy: OpensslPolicy): Refusal | undefined {
  return chain
    .map(
      (certificate) =>
        weakKey(certificate, policy) ??
        (certificate.isSelfSigned ? undefined : weakSignature(certificate, policy)),
    )
    .find((problem) => problem !== undefined);
}

function weakKey(certificate: Certificate, policy: OpensslPolicy): Refusal | undefined {
  const bits = bitsOfKey(certificate.keyAlgorithm);
  return bits < wanted(policy)
    ? tooWeak(certificate, `key, ${certificate.keyAlgorithm}`, policy, "key too small")
    : undefined;
}

function weakSignature(certificate: Certificate, policy: OpensslPolicy): Refusal | undefined {
  const { signatureAlgorithm } = certificate;
  return bitsOfDigest(signatureAlgorithm, policy.era) < wanted(policy)
    ? tooWeak(certificate, `signature, ${signatureAlgorithm}`, policy, "md too weak")
    : undefined;
}

function wanted({ securityLevel }: OpensslPolicy): number {
  return BITS_OF_LEVEL[securityLevel] ?? 0;
}

function tooWeak(
  certificate: Certificate,
  what: string,
  { securityLevel }: OpensslPolicy,
  of: string,
): Refusal {
  const facts = `OpenSSL at security level ${securityLevel} refuses the certificate of ${certificate.toString()} for its ${what}`;
  return refusal("security-level-refused", facts, undefined, { of });
}

function bitsOfKey(keyAlgorithm: string): number {
  const [type = "", size = ""] = keyAlgorithm.split(" ");
  switch (type) {
    case "RSA":
    case "RSASSA-PSS":
    case "DSA":
      return BITS_OF_MODULUS.find(([least]) => Number(size) >= least)?.[1] ?? 0;
    case "EC":
      return Math.floor(Number(/^(?:P-|secp|brainpoolP)(\d{3})/.exec(size)?.[1] ?? UNKNOWN) / 2);
    case "Ed25519":
      return 128;
    case "Ed448":
      return 224;
    default:
      return UNKNOWN;
  }
}

/** From 3.0 on OpenSSL counts what collisions really cost (`x509_set.c`, `x509_sig_info_init`). */
function bitsOfDigest(signatureAlgorithm: string, era: OpensslPolicy["era"]): number {
  const name = signatureAlgorithm.toLowerCase().replace(/sha-/, "sha");
  if (/md5/.test(name)) return era === 3 ? 39 : 64;
  if (/sha1(?!\d)/.test(name)) return era === 3 ? 63 : 80;
  const size = /sha(?:3-)?(224|256|384|512)/.exec(name)?.[1];
  return size === undefined ? UNKNOWN : Number(size) / 2;
}
