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
