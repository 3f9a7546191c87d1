/** How much a finding matters: an error stops synth, a warning is shown. */
export type FindingLevel = "error" | "warning";

/** Something that a rule or a handshake has to say about the plan. */
export interface Finding {
  readonly level: FindingLevel;
  /** Stable name of the rule, for example `name-not-covered`. */
  readonly rule: string;
  /** Id of the part of the plan that it is about: a hop, an entry, an identity, a store. */
  readonly subject: string;
  /** What was found, with the text of the product's log where one betrays it. */
  readonly message: string;
  /** What to do about it. Where a person reads it: `message; remedy`. */
  readonly remedy: string;
  /**
   * The declared reason for which it does not refuse its hop, where that is a matter of our strictness alone.
   *
   * @default - nothing is let pass
   */
  readonly letPassBecause?: string;
}
