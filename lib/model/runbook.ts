import type { ChainPart } from "./chainPart";

/** One thing that a person does on a host. */
export interface RunbookStep {
  /** What to do and why, in one or two sentences; backticks mark code, nothing else is Markdown. */
  readonly text: string;
  /** The exact commands, one a line; absent where a console is used. They ask for passwords, never hold them. */
  readonly command?: string;
  /** How to see that it worked, before going on; written as `text` is. */
  readonly check?: string;
  /** The certificate whose SHA-256 fingerprint the check must show. */
  readonly shows?: { readonly identityId: string; readonly part: ChainPart };
}

/**
 * What a product needs after its stores and files are in place: the steps that a machine nobody may log in
 * to is handed in its bundle, and that an activation runs elsewhere.
 */
export interface Runbook {
  /** `<stack>/<key>` of the system. */
  readonly id: string;
  readonly hostId: string;
  readonly title: string;
  readonly steps: readonly RunbookStep[];
  /** Paths that its own steps put in place or change, so that no other chapter does. @default - none */
  readonly covers?: readonly string[];
}
