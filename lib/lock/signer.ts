import { type KeyObject, createPrivateKey, createPublicKey, sign, verify } from "node:crypto";
import { canonicalJson } from "./canonicalJson";
import type { SignedPart } from "./lock";
import { invalidLockSigner } from "./trustErrors";

/** An Ed25519 public key as `cdktf.json` pins it: `ed25519:` and its 32 bytes in base64. */
export type LockSigner = `ed25519:${string}`;

/** PKCS#8 and SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes (RFC 8410, 7 and 4). */
const PRIVATE_PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const PUBLIC_PREFIX = Buffer.from("302a300506032b6570032100", "hex");

/** The key pair that 32 random bytes stand for (RFC 8032, 5.1.5). */
export function signerKey(seed: Uint8Array): { privateKey: KeyObject; publicKey: Buffer } {
  const key = Buffer.concat([PRIVATE_PREFIX, seed]);
  const privateKey = createPrivateKey({ key, format: "der", type: "pkcs8" });
  const publicKey = createPublicKey(privateKey)
    .export({ format: "der", type: "spki" })
    .subarray(PUBLIC_PREFIX.length);
  return { privateKey, publicKey };
}

/** Signs a part; the same part and key give the same signature. */
export function signPart(part: SignedPart, privateKey: KeyObject): Buffer {
  return sign(null, messageOf(part), privateKey);
}

/** The check of signatures by one public key, 32 bytes. */
export function partVerifier(publicKey: Uint8Array): (part: SignedPart, signature: Uint8Array) => boolean {
  const key = createPublicKey({
    key: Buffer.concat([PUBLIC_PREFIX, publicKey]),
    format: "der",
    type: "spki",
  });
  return (part, signature) => verify(null, messageOf(part), key, signature);
}

export function formatSigner(publicKey: Uint8Array): LockSigner {
  return `ed25519:${Buffer.from(publicKey).toString("base64")}`;
}

/**
 * Public keys that a project pins for an environment's lock.
 *
 * @param value a list, as in `cdktf.json`; undefined where none is pinned
 * @throws LockError `invalid-lock-signer`
 */
export function parseSigners(value: unknown): LockSigner[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length === 0) throw invalidLockSigner(value);
  return value.map((signer: unknown) => {
    if (!isSigner(signer)) throw invalidLockSigner(signer);
    return signer;
  });
}

function isSigner(value: unknown): value is LockSigner {
  if (typeof value !== "string" || !value.startsWith("ed25519:")) return false;
  const bytes = Buffer.from(value.slice("ed25519:".length), "base64");
  return bytes.length === 32 && formatSigner(bytes) === value;
}

/** What is signed names its place, so that no part counts in another project, environment or entry. */
function messageOf(part: SignedPart): Buffer {
  return Buffer.from(canonicalJson({ context: "cdktf-trust lock 2", ...part }));
}
