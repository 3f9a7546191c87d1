import type { FindingLevel } from "../../model";

/** Where a rule refuses what the peer would let pass. */
export interface Strictness {
  /** When, as a part of a sentence: "a Java trusts exactly that certificate". */
  readonly when: string;
  /** Why it is refused all the same, as a part of a sentence. */
  readonly because: string;
}

/** Where to go on from a line of a log that betrays a rule. */
export interface NextStep {
  /** Whose log says more: that of the side that wrote the line, or the other side's. A received alert always means the other's. */
  readonly log: "here" | "peer";
  /** The one command to run; what is in capitals, the reader knows. */
  readonly command: string;
  /** What the line alone does not show, as a part of a sentence: "which certificate that was". */
  readonly unshown: string;
}

/** One rule of the catalogue, as data: whoever finds something, or reads it in a log, speaks these words. */
export interface Rule {
  /** How much it matters where the case does not say otherwise. @default "error" */
  readonly level?: FindingLevel;
  /** What is wrong, as a sentence without its end: "a certificate is past its last day". */
  readonly cause: string;
  /** What to do about it, as an order: "renew it". */
  readonly remedy: string;
  /**
   * Where the verdict is stricter than the peer, on purpose; a call that is declared with `strict: false` lets that pass.
   *
   * @default - nowhere: what it refuses, the peer refuses
   */
  readonly ours?: Strictness;
  /** Texts of products' logs that betray it, as they stand there; `…` where they differ from case to case. */
  readonly says?: readonly string[];
  /** Recognises such a text in a line of a log; where several rules share a text, the more telling one's. */
  readonly pattern?: RegExp;
  /** Where to go on from such a text; of every rule that has a pattern. @default - no text betrays it */
  readonly next?: NextStep;
}

export type Rules = Readonly<Record<string, Rule>>;
