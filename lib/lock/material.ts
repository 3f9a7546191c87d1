import type { PinnedChain } from "./lock";

/** A new generation's certificates, and its key where we hold it. */
export interface IdentityMaterial {
  readonly certificates: Omit<PinnedChain, "generation">;
  /** PKCS#8 DER. */
  readonly pkcs8?: Uint8Array;
  /** SHA-256 of the file that it came from, hexadecimal. */
  readonly file?: string;
}
