import type { DefaultedMember, IdentityRequest, RotationPhase } from "../model";
import type { RequestRecord, RequestedRecord } from "./requestRecord";

/** Version of `trust.lock.<environment>.json`; raised when a reader of the old one would misread the new one. */
export const LOCK_FORMAT_VERSION = 2;

/** Bytes of an Ed25519 signature (RFC 8032). */
export const SIGNATURE_LENGTH = 64;

/**
 * What an environment's lock holds: the identities that are pinned for it, with their private keys under
 * a data key that each recipient can unwrap. Its header, each identity and each observation are signed
 * alone, so that changes to different ones merge as text.
 */
export interface Lock {
  /** What the project is called; empty in version 1. */
  readonly project: string;
  readonly environment: string;
  /** Absent from version 1, which is not signed. */
  readonly signer?: Signer;
  /** Ed25519 over all but identities and observations; absent until the lock is signed. */
  readonly headerSignature?: Uint8Array;
  readonly kdf: KeyDerivation;
  readonly recipients: readonly Recipient[];
  /** By identity id, the path of the construct that declares it. */
  readonly identities: ReadonlyMap<string, LockedIdentity>;
  /** By identity id: those that wait for their first certificate. @default - none */
  readonly waiting?: ReadonlyMap<string, WaitingIdentity>;
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

/** Who vouches for the lock. */
export interface Signer {
  /** Ed25519 (RFC 8032), 32 bytes; `cdktf.json` pins it. */
  readonly publicKey: Uint8Array;
  /** The private half, under a key that recipients with the role `sign` unwrap. */
  readonly sealedKey: SealedKey;
}

/** Where the private half of a recipient's key comes from: a passphrase and the lock's salt, or a file of its own. */
export const RECIPIENT_KINDS = ["passphrase", "x25519"] as const;

/** Somebody whose key opens the lock. */
export interface Recipient {
  readonly id: string;
  readonly kind: (typeof RECIPIENT_KINDS)[number];
  /** `open` reads private keys; `sign` also changes the lock. */
  readonly role: "open" | "sign";
  /** X25519 (RFC 7748), 32 bytes; its private half is never in the lock. */
  readonly publicKey: Uint8Array;
  /** X25519 public key, 32 bytes, of the pair that was made to wrap the data key and then forgotten. */
  readonly ephemeralKey: Uint8Array;
  /** The data key, for the role `sign` with the key of the signer behind it, under AES-256-GCM; then the tag. */
  readonly wrappedKey: Uint8Array;
}

/** A key under AES-256-GCM and another: an identity's (PKCS#8 DER) under the data key, or the signer's. */
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

export const IDENTITY_KINDS = [
  "self-signed",
  "issued",
  "requested",
  "authority",
  "existing",
  "imported",
  "certificate",
] as const satisfies readonly IdentityRequest["kind"][];

/** One generation, with its key where the lock holds it. */
export interface Generation extends PinnedChain {
  /** Absent where the key stays on its host, for certificates without one, and once nobody serves it any more. */
  readonly privateKey?: SealedKey;
}

/**
 * The steps of a rotation: the next generation is trusted beside the current one, then served in its place while the
 * former one is still trusted.
 */
export const ROTATION_PHASES = ["announced", "switched"] as const satisfies readonly RotationPhase[];

/** How far evidence goes, the strongest first. */
export const EVIDENCE_LEVELS = ["served", "called", "restarted", "acknowledged"] as const;

export type EvidenceLevel = (typeof EVIDENCE_LEVELS)[number];

/** That a process on a host has read a generation: one that trusts the identity, or one that presents it. */
export interface Evidence {
  /** Host id. */
  readonly host: string;
  /** What the process reads; empty for a host that nobody looks into. */
  readonly path: string;
  /** The generation that was read. */
  readonly generation: number;
  readonly level: EvidenceLevel;
  /** ISO 8601. */
  readonly at: string;
  /** An activation or a probe; a person and a reason, for what was acknowledged. */
  readonly by: string;
}

/** Evidence as one signature covers it, with all else of its identity. */
export interface SignedEvidence {
  readonly evidence: readonly Evidence[];
  /** Ed25519. */
  readonly signature: Uint8Array;
}

/** An identity that changes in steps. */
export interface Rotation {
  readonly phase: RotationPhase;
  /** The generation that is trusted and not served: the next one while announced, the former one once switched. */
  readonly other: Generation;
  /**
   * Of one that is switched: it was announced before, so those who rely on it trust both generations already.
   *
   * @default - a renewal began with the switch, and one deploy puts anchors and key in place, in this order
   */
  readonly wasAnnounced?: true;
  /** Sorted by host, path and generation. */
  readonly evidence: readonly Evidence[];
}

/** A request to somebody else's authority, which waits for its certificate. */
export interface PendingRequest {
  /** The generation that its certificate will be. */
  readonly generation: number;
  /** PKCS#10 (RFC 2986), DER. */
  readonly csr: Uint8Array;
  /** Absent where it asks for another certificate of the current generation's key. */
  readonly privateKey?: SealedKey;
  /** What was declared. */
  readonly request: RequestedRecord;
  /** What of it nobody declared. */
  readonly defaults: readonly DefaultedMember[];
  /** When it was made, ISO 8601. */
  readonly at: string;
}

/** An identity that waits for its first certificate. */
export interface WaitingIdentity {
  readonly requested: PendingRequest;
  /** Ids that it had before, oldest first. */
  readonly formerIds: readonly string[];
  /** Ed25519; absent until the lock is signed. */
  readonly signature?: Uint8Array;
}

/** What the lock pins for one identity: its current generation, which is served, and what it is about. */
export interface LockedIdentity extends Generation {
  readonly kind: IdentityRequest["kind"];
  /** What it was issued or taken over for; a SHA-256 of it where version 1 pinned it and no synth saw it since. */
  readonly request: RequestRecord | string;
  /** What of the request nobody declared. */
  readonly defaults: readonly DefaultedMember[];
  /** Ids that it had before, oldest first. */
  readonly formerIds: readonly string[];
  /** SHA-256 of the file that the identity was taken from, hexadecimal; imported identities and certificates. */
  readonly file?: string;
  /** Where an existing identity was read: `HOST:PATH#ALIAS`. */
  readonly observedIn?: string;
  /** The generation before this one, for those who look back; nothing trusts or presents it any more. */
  readonly previous?: PinnedChain;
  /** @default - steady: one generation is trusted and served */
  readonly rotation?: Rotation;
  /** What its next certificate was asked for with, while that has not come. @default - nothing was asked for */
  readonly requested?: PendingRequest;
  /** Ed25519; absent until the lock is signed. */
  readonly signature?: Uint8Array;
  /**
   * What branches have signed that were merged without a key, two or more, by their signatures: together the evidence of its
   * rotation. Whoever signs next signs all of it once.
   *
   * @default - one signature covers all evidence
   */
  readonly signedEvidence?: readonly SignedEvidence[];
}

/** What somebody else put into a truststore that a declared hop relies on. */
export interface TruststoreObservation {
  /** Alias by fingerprint (`AB:CD:…`) of the foreign entry. */
  readonly anchors: ReadonlyMap<string, string>;
  /** When it was seen first, ISO 8601; version 1 did not say. */
  readonly at?: string;
  /** Ed25519; absent until the lock is signed. */
  readonly signature?: Uint8Array;
}

/** A part of a lock that is signed alone, with the place that it is signed for. */
export interface SignedPart {
  readonly part: "header" | "identity" | "observation";
  readonly project: string;
  readonly environment: string;
  /** Id of the identity, place of the observation; empty for the header. */
  readonly key: string;
  /** JSON, without the signature. */
  readonly content: unknown;
}

/** The identity's own certificate. */
export function leafOf({ chain }: PinnedChain): Uint8Array {
  return chain[0] ?? new Uint8Array();
}

/** What others must trust to accept the identity. */
export function anchorOf({ chain, anchor }: PinnedChain): Uint8Array {
  return anchor ?? chain.at(-1) ?? new Uint8Array();
}
