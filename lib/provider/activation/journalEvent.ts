/** Something that happened to a host, or was seen there. */
export interface JournalEvent {
  readonly event: "changed" | "ran" | "proved" | "deferred" | "rolled-back" | "not-rolled-back" | "failed";
  /** Name of the activation. */
  readonly activation?: string;
  /** Address of the host. */
  readonly host: string;
  readonly path?: string;
  /** What of the file: `trust_key_entry flow`, `key flow`. */
  readonly thing?: string;
  /** SHA-256 of what is there afterwards. */
  readonly sha256?: string;
  readonly argv?: readonly string[];
  readonly status?: number;
  readonly milliseconds?: number;
  readonly level?: string;
  /** What a probe saw. */
  readonly seen?: string;
  readonly text?: string;
}

/** The same as a line of the journal has it. */
export interface JournalLine extends JournalEvent {
  /** ISO 8601. */
  readonly at: string;
}
