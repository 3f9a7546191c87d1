import { createHmac, hkdfSync } from "node:crypto";
import type { ByteSource } from "./cipher";
import type { KeyDerivation } from "./keyDerivation";

/** Gives a byte source for each named slot. */
export type SlotSource = (slot: string) => ByteSource;

/**
 * Salts and IVs that depend on content and password alone, so that the same store is written as the same bytes.
 *
 * They are public, and the content often is, so they must not test a password faster than the store itself does:
 * hence a whole PBKDF2 (HMAC-SHA256) over the full iteration count before anything is derived.
 *
 * @param label what is written, so that two uses never share bytes
 * @param content hash of everything that is written
 * @param iterations the highest count that the store uses
 */
export function derivedBytes(
  password: string,
  label: string,
  content: Uint8Array,
  iterations: number,
  derivation: KeyDerivation,
): SlotSource {
  let secret: Buffer | undefined;
  return (slot) => {
    let taken = 0;
    return (length) => {
      secret ??= derivation.pbkdf2(
        "sha256",
        Buffer.from(password, "utf8"),
        saltOf(label, content),
        iterations,
        32,
      );
      const info = `${slot} ${taken}`;
      taken += 1;
      return Buffer.from(hkdfSync("sha256", secret, Buffer.alloc(0), info, length));
    };
  };
}

function saltOf(label: string, content: Uint8Array): Buffer {
  return createHmac("sha256", label).update(content).digest();
}
