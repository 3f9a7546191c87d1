import { namesOfKey } from "./disabledAlgorithms";
import type { JavaRules } from "./javaRules";

/** The one scheme of TLS for each of these signatures is tied to a curve (JDK class `SignatureScheme`). */
const SCHEMES: readonly (readonly [signature: string, curve: string])[] = [
  ["SHA256WITHECDSA", "P-256"],
  ["SHA384WITHECDSA", "P-384"],
  ["SHA512WITHECDSA", "P-521"],
];

/**
 * Signatures that a Java knows no more, in handshakes and in certificates, because the curve of their scheme is disabled
 * in either list, whichever curve the signing key is on. Names as in `java.security`, in upper case.
 */
export function lostSignatures(rules: JavaRules): readonly string[] {
  if (!rules.has("tiesHashesToCurves")) return [];
  return SCHEMES.flatMap(([signature, curve]) => {
    const { names, bits = 0 } = namesOfKey(`EC ${curve}`);
    const isLost = rules.disabledInHandshakes.some(
      ({ name, isPlain, takesCurves }) =>
        names.includes(name) && (isPlain || (name === "EC" && takesCurves?.(bits) === true)),
    );
    return isLost ? [signature] : [];
  });
}
