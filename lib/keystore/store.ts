/** Formats that can be read; `lib/model` names those that are written. */
export type ReadableFormat = "jks" | "jceks" | "pkcs12";

/**
 * A private key as an entry holds it: still encrypted as it was read, or in the clear and to be
 * encrypted when the store is written.
 *
 * `sealed` keeps what was read byte for byte, so that entries whose password is unknown survive an edit.
 */
export type EntryKey =
  | {
      readonly kind: "sealed";
      /** DER of the EncryptedPrivateKeyInfo (PKCS#8), whatever its algorithm. */
      readonly encryptedPrivateKeyInfo: Uint8Array;
    }
  | {
      readonly kind: "clear";
      /** DER of the PrivateKeyInfo (PKCS#8). */
      readonly pkcs8: Uint8Array;
      /** Password to encrypt the key under; absent means the store's. */
      readonly password?: string;
    };

/** A private key with its certificate chain under an alias. */
export interface IdentityEntry {
  readonly kind: "identity";
  readonly alias: string;
  /** Milliseconds since 1970; absent where the format or the writer keeps no date. */
  readonly createdMs?: number;
  readonly key: EntryKey;
  /** DER, leaf first, as Java would present it. */
  readonly chain: readonly Uint8Array[];
  /** What else the format keeps for this entry; carried through edits. */
  readonly extra?: EntryExtra;
}

/** A certificate to be trusted under an alias. */
export interface AnchorEntry {
  readonly kind: "anchor";
  readonly alias: string;
  readonly createdMs?: number;
  readonly certificate: Uint8Array;
  readonly extra?: EntryExtra;
}

/** A secret key, preserved as it was read; opened only to be put under another password. */
export interface SecretEntry {
  readonly kind: "secret";
  readonly alias: string;
  readonly createdMs?: number;
  readonly extra: EntryExtra;
  /** The key in the clear, in its codec's encoding, to be encrypted under the store's password. @default - as read */
  readonly clear?: Uint8Array;
}

/** Opaque to everything but the codec that made it. */
export interface EntryExtra {
  readonly codec: ReadableFormat;
  readonly value: unknown;
}

export type StoreEntry = IdentityEntry | AnchorEntry | SecretEntry;

/** What the check of a store's integrity said. */
export type StoreIntegrity = "verified" | "unprotected" | "unchecked";

/** A keystore or truststore in memory. Entries keep the order of the file. */
export interface Store {
  readonly format: ReadableFormat;
  /** Profile whose algorithms the store uses, or `custom` (kept as it is when edited), or `passwordless`. */
  readonly profile: string;
  readonly integrity: StoreIntegrity;
  readonly entries: readonly StoreEntry[];
  /** Algorithms, iteration counts and unknown parts that an edit must keep; opaque to everything but the codec. */
  readonly extra?: EntryExtra;
}
