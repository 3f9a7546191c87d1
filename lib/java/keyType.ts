import type { Certificate } from "../pki";

/** Java's name for the kind of a certificate's key. */
export function keyTypeOf({ keyAlgorithm }: Certificate): string {
  const [type = ""] = keyAlgorithm.split(" ");
  return type.startsWith("Ed") ? "EdDSA" : type;
}
