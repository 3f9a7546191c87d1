/**
 * An error that a person can act on. Its message says what was given, what is allowed and what to do,
 * and never holds a secret.
 */
export class TrustError extends Error {
  /** Stable name of the kind of error, for example `wrong-password`. */
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = "TrustError";
    this.code = code;
  }
}

/**
 * What an error says, for a sentence that goes on: without that nothing was changed, which nobody meant to, and
 * without its end.
 */
export function clauseOf(message: string): string {
  return message.replace(/ Nothing was changed\.$/, "").replace(/\.$/, "");
}
