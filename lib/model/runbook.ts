import type { ChainPart } from "./chainPart";

/** One thing that a person does on a host. */
export interface RunbookStep {
  /** What to do and why, in one or two sentences; backticks mark code, nothing else is Markdown. */
  readonly text: string;
  /**
   * The exact commands, one a line; absent where a console is used. They ask for passwords, never hold them; one that
   * asks is the last of its step, because it would take a line that is pasted after it for the answer.
   */
  readonly command?: string;
  /** How to see that it worked, before going on; written as `text` is. */
  readonly check?: string;
  /** The certificate whose SHA-256 fingerprint the check must show. */
  readonly shows?: { readonly identityId: string; readonly part: ChainPart };
}

/** What takes a product back to where it was before a run, around the files, which the run's copies bring back. */
export interface RunbookBack {
  /** What is done while the files still are as the run left them, such as a script's `undo`. @default - nothing */
  readonly before?: readonly RunbookStep[];
  /** What is done once they are as before: the restart, and what to look at. */
  readonly after: readonly RunbookStep[];
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
  /**
   * Paths that its own steps put in place or change, so that no other chapter does: copied before the first step.
   *
   * @default - none
   */
  readonly covers?: readonly string[];
  /** @default - the files as they were, which the product is let read again as its steps do */
  readonly back?: RunbookBack;
  /** What of its steps its makers could not run, a sentence each; written as a step's text. @default - nothing */
  readonly unproven?: readonly string[];
  /** Folder of the `keytool` that the product brings. @default - not known */
  readonly keytool?: string;
}
