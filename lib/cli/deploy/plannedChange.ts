/** What a deploy does with something. */
export type ChangeWord =
  | "added"
  | "changed"
  | "removed"
  /** Another takes its place. */
  | "replaced"
  /** Only what is ours of it goes; what was there before stays, or comes back. */
  | "withdrawn"
  /** It stays, and only the state calls it otherwise. */
  | "renamed"
  /** A product reads again what it needs of what changed. */
  | "activated"
  | "imported"
  /** It stays, and the state lets go of it. */
  | "forgotten"
  /** A data source, which only the deploy can read. */
  | "read";

/** A value before and after; one of them is absent where there is none, both are the same where it stays. */
export interface Values {
  readonly before?: string;
  readonly after?: string;
}

/** What a deploy does with one thing: an entry of a store, a file, settings, a resource of another provider. */
export interface PlannedChange {
  /** Terraform's. */
  readonly address: string;
  readonly change: ChangeWord;
  /** What it is, in a word: `store`, `key`, `trusts`, `file`, `settings`, `activation`, `output`, or the type of a resource. */
  readonly kind: string;
  /** `HOST:PATH`, of an activation its host; absent for what is in no place that we know of. */
  readonly place?: string;
  readonly alias?: string;
  /** SHA-256 of a certificate, or of a file's content. */
  readonly fingerprint?: Values;
  /** ISO 8601, of the certificate. */
  readonly expires?: Values;
  readonly subject?: Values;
  /** Whether it is a store that is put under another password. @default false */
  readonly isRekeyed?: true;
  /** What else is to be known, a few words each. */
  readonly details: readonly string[];
}
