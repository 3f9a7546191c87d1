import type { KeyObject } from "node:crypto";
import type { KeyUsage } from "./objectIdentifiers";

/**
 * The key usages of a certificate that is made or asked for here (RFC 5280, 4.2.1.3): those of an authority, or of a server
 * or client with such a key.
 */
export function keyUsageOf(key: KeyObject, isAuthority: boolean): readonly KeyUsage[] {
  if (isAuthority) return ["keyCertSign", "cRLSign"];
  return key.asymmetricKeyType === "rsa" ? ["digitalSignature", "keyEncipherment"] : ["digitalSignature"];
}
