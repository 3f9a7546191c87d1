/** `ecdsa_secp256r1_sha256`, `rsa_pkcs1_sha1`, `dsa_sha256`. */
const WITH_HASH = /^(ecdsa|rsa|dsa)(?:_pkcs1|_secp\d+r1)?_(sha\d+)$/;

/**
 * The signatures of certificates that schemes of TLS stand for, whichever curve a scheme is tied to in handshakes (JDK
 * class `SignatureScheme`, `getAlgorithmNames`). Names as in `java.security`, in upper case.
 *
 * @param schemes by their names in RFC 8446, 4.2.3
 */
export function certificateSignatures(schemes: readonly string[]): readonly string[] {
  const signatures = schemes.flatMap((scheme) => {
    const [, key, hash] = WITH_HASH.exec(scheme) ?? [];
    if (key !== undefined) return [`${hash}with${key}`];
    return scheme.startsWith("rsa_pss_") ? ["RSASSA-PSS"] : [scheme];
  });
  return [...new Set(signatures.map((name) => name.toUpperCase()))];
}
