import type { DetectedFormat } from "../keystore";
import type { CertificateSummary, ClientAuthentication, Finding, SecretReference } from "../model";

/** What was found on hosts: files, who reads them, and who trusts whom. */
export interface Inventory {
  readonly hosts: readonly HostInventory[];
  readonly trust: readonly TrustedParty[];
}

/** What was found on one host. */
export interface HostInventory {
  /** As it was asked for: an id of the environment, or an address. */
  readonly host: string;
  /** `local:DIRECTORY` or `ssh://host`. */
  readonly address: string;
  /** Whether it was reached; of one that was not, nothing is known. */
  readonly isReached: boolean;
  /** Directories that were searched. */
  readonly searched: readonly string[];
  /** By path. */
  readonly files: readonly InventoryFile[];
  /** What was not looked at, and why, a sentence each. */
  readonly unseen: readonly string[];
}

/** A file that holds certificates or keys, or that something names as one. */
export interface InventoryFile {
  /** Behind all symbolic links. */
  readonly path: string;
  /** Symbolic links that lead to it. */
  readonly links: readonly string[];
  readonly bytes: number;
  /** Permission bits, for example `0o600`; absent where the file was not read. */
  readonly mode?: number;
  /** What it holds, whatever its name says. */
  readonly format: DetectedFormat | "missing" | "not-read";
  /** Of a store. */
  readonly profile?: string;
  /** What opens it. Absent of what has no password. */
  readonly password?: StorePassword;
  readonly entries: readonly InventoryEntry[];
  /** What is wrong with it, in the words of the rules; subjects are aliases, or `store`. */
  readonly findings: readonly Finding[];
  /** What names it. */
  readonly usedBy: readonly Use[];
}

/** What opens a store; a password itself is never part of an inventory. */
export type StorePassword =
  /** The secret behind a reference that was given. */
  | { readonly kind: "reference"; readonly reference: SecretReference }
  /** A product's default, or what tutorials write. */
  | { readonly kind: "default" }
  /** It has none. */
  | { readonly kind: "none" }
  /** Nothing that was tried opens it; entries that are visible without a password are listed. */
  | { readonly kind: "unknown" };

export interface InventoryEntry {
  /** `certificate` and `key` stand in PEM and DER files, the others in stores. */
  readonly kind: "identity" | "anchor" | "secret" | "certificate" | "key";
  /** In a file without aliases the place of the entry, from 1. */
  readonly alias: string;
  /** Whether the certificate is one of the public roots that Node ships. */
  readonly isPublicRoot: boolean;
  /** Of keys outside of stores: whether anybody who can read the file has the key. */
  readonly isPlainKey?: boolean;
  /** The leaf first; empty for a key alone, and for what cannot be read. */
  readonly chain: readonly CertificateSummary[];
}

/** How a file is used, as a product's configuration or a running Java says. */
export interface Use {
  readonly product: string;
  /** The configuration's path, or `a running Java`. */
  readonly by: string;
  readonly as: "keystore" | "truststore" | "certificate" | "key" | "client authorities";
  /** Of the identity that is meant. */
  readonly alias?: string;
  /** Where it is served. */
  readonly listener?: Listener;
}

export interface Listener {
  readonly port: number;
  /** As the configuration has them; often none. */
  readonly names: readonly string[];
  readonly clientAuthentication: ClientAuthentication;
}

/** Where an entry stands. */
export interface EntryPlace {
  readonly host: string;
  readonly path: string;
  readonly alias: string;
}

/** A certificate that is trusted somewhere, and which of the identities that were found it accepts. */
export interface TrustedParty {
  readonly subject: string;
  readonly sha256: string;
  /** Where it is trusted. */
  readonly trustedIn: readonly EntryPlace[];
  /** Identities that whoever trusts it accepts; none where the party is not on these hosts. */
  readonly accepts: readonly (EntryPlace & { readonly subject: string })[];
}
