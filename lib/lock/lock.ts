import type { IdentityRequest } from "../model";

/** Version of `trust.lock.<environment>.json`; raised when a reader of the old one would misread the new one. */
export const LOCK_FORMAT_VERSION = 1;

/**
 * What an environment's lock holds: the identities that are pinned for it, with their private keys under
 * a data key that each recipient can unwrap.
 */
export interface Lock {
  readonly formatVersion: typeof LOCK_FORMAT_VERSION;
  readonly environment: string;
  readonly kdf: KeyDerivation;
  readonly recipients: readonly Recipient[];
  /** By identity id, the path of the construct that declares it. */
  readonly identities: ReadonlyMap<string, LockedIdentity>;
  /** Truststores by `placeOf(host id, path)`. */
  readonly observations: ReadonlyMap<string, TruststoreObservation>;
}

/**
 * How a passphrase becomes a recipient's key (RFC 7914). One salt serves the whole lock, so that opening
 * it costs one derivation however many recipients there are.
 */
export interface KeyDerivation {
  readonly name: "scrypt";
  readonly N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Uint8Array;
}

/** Somebody whose passphrase opens the lock. */
export interface Recipient {
  readonly id: string;
  readonly kind: "passphrase";
  /** X25519 (RFC 7748), 32 bytes; its private half is derived from the passphrase and kept nowhere. */
  readonly publicKey: Uint8Array;
  /** X25519 public key, 32 bytes, of the pair that was made to wrap the data key and then forgotten. */
  readonly ephemeralKey: Uint8Array;
  /** The data key under AES-256-GCM: ciphertext, then tag. */
  readonly wrappedKey: Uint8Array;
}

/** A private key (PKCS#8 DER) under AES-256-GCM and the lock's data key. */
export interface SealedKey {
  readonly nonce: Uint8Array;
  readonly ciphertext: Uint8Array;
  readonly tag: Uint8Array;
}

/** One generation's certificates. */
export interface PinnedChain {
  /** Counts the certificates this identity has had; the first is 1. */
  readonly generation: number;
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  /** DER of what others must trust; absent where that is the last certificate of the chain. */
  readonly anchor?: Uint8Array;
}

/** What the lock pins for one identity. */
export interface LockedIdentity extends PinnedChain {
  readonly kind: IdentityRequest["kind"];
  /** SHA-256 of the declared request, hexadecimal: tells when a declaration changed. */
  readonly request: string;
  /** SHA-256 of the file that the identity was taken from, hexadecimal; imported identities and certificates. */
  readonly file?: string;
  /** Where an existing identity was read: `HOST:PATH#ALIAS`. */
  readonly observedIn?: string;
  /** Absent where the key stays on its host, and for certificates without one. */
  readonly privateKey?: SealedKey;
  /** The generation before this one, as long as others may still present or trust it. */
  readonly previous?: PinnedChain;
}

/** What somebody else put into a truststore that a declared hop relies on. */
export interface TruststoreObservation {
  /** Alias by fingerprint (`AB:CD:…`) of the foreign entry. */
  readonly anchors: ReadonlyMap<string, string>;
}

/** A store's place among all hosts, as the lock writes it. */
export function placeOf(hostId: string, path: string): string {
  return `${hostId}:${path}`;
}

/** The identity's own certificate. */
export function leafOf({ chain }: PinnedChain): Uint8Array {
  return chain[0] ?? new Uint8Array();
}

/** What others must trust to accept the identity. */
export function anchorOf({ chain, anchor }: PinnedChain): Uint8Array {
  return anchor ?? chain.at(-1) ?? new Uint8Array();
}
