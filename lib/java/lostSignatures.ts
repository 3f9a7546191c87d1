import { namesOfKey } from "./disabledAlgorithms";
import type { JavaRules } from "./javaRules";

/** Signatures in certificates, and the one scheme of TLS for each, some tied to a curve (JDK class `SignatureScheme`). */
const SCHEMES: readonly (readonly [signature: string, scheme: string, curve?: string])[] = [
  ["SHA256WITHECDSA", "ECDSA_SECP256R1_SHA256", "P-256"],
  ["SHA384WITHECDSA", "ECDSA_SECP384R1_SHA384", "P-384"],
  ["SHA512WITHECDSA", "ECDSA_SECP521R1_SHA512", "P-521"],
  ["SHA256WITHRSA", "RSA_PKCS1_SHA256"],
  ["SHA384WITHRSA", "RSA_PKCS1_SHA384"],
  ["SHA512WITHRSA", "RSA_PKCS1_SHA512"],
  ["SHA224WITHECDSA", "ECDSA_SHA224"],
  ["SHA224WITHRSA", "RSA_SHA224"],
  ["SHA1WITHECDSA", "ECDSA_SHA1"],
  ["SHA1WITHRSA", "RSA_PKCS1_SHA1"],
];

/**
 * Signatures that a Java takes in no certificate, because their scheme is disabled by its name or with its curve,
 * whichever curve the signing key is on. Names as in `java.security`, in upper case.
 */
export function lostSignatures(rules: JavaRules): readonly string[] {
  if (!rules.has("looksAtSchemes")) return [];
  return SCHEMES.flatMap(([signature, scheme, curve]) => {
    const isDisabled =
      rules.disabledInHandshakes.some(({ name, isPlain }) => isPlain && name === scheme) ||
      rules.disabledInTls.some(
        ({ name, usages }) =>
          name === scheme && rules.has("scopesSchemes") && usages?.includes("certificatesignature") === true,
      );
    return isDisabled || (curve !== undefined && isCurveLost(rules, curve)) ? [signature] : [];
  });
}

/** Whether either list takes a curve, and with it the scheme that is tied to it, out of handshakes. */
export function isCurveLost(rules: JavaRules, curve: string): boolean {
  return rules.has("looksAtSchemes") && isGroupLost(rules, curve);
}

/** Whether either list takes a curve out of the groups that a Java, of any release, offers and takes in TLS 1.2. */
export function isGroupLost(rules: JavaRules, curve: string): boolean {
  const { names, bits = 0 } = namesOfKey(`EC ${curve}`);
  return rules.disabledInHandshakes.some(
    ({ name, isPlain, takesCurves }) =>
      names.includes(name) && (isPlain || (name === "EC" && takesCurves?.(bits) === true)),
  );
}
