import { TrustError } from "../model";
import { PkiError } from "../pki";
import { terminalLine } from "../text";

/** What can be wrong with a store, a key or an encrypted part of one. */
export type StoreErrorCode =
  /** The password does not open it, or its integrity check fails under that password. */
  | "wrong-password"
  /** The bytes are no store that is known here, or of one that is known and not supported. */
  | "unknown-format"
  /** The bytes begin like a store and break its rules. */
  | "damaged"
  /** An algorithm or feature that is not read or written; the message names it. */
  | "unsupported"
  /** It asks for more work or memory than any honest store does. */
  | "too-costly"
  /** No entry has the alias that was asked for. */
  | "no-such-entry"
  /** What was given cannot be written as a store. */
  | "invalid";

/**
 * A store that cannot be read or written. The message never holds a secret; names in it come from stores that anybody
 * wrote, so it is one line and steers no terminal.
 */
export class StoreError extends TrustError {
  declare readonly code: StoreErrorCode;

  constructor(code: StoreErrorCode, message: string, options?: { cause?: unknown }) {
    super(code, terminalLine(message), options);
    this.name = "StoreError";
  }
}

/** What to do about a store that cannot be read, as a sentence; empty where the error says it itself. */
export function storeRemedy(code: StoreErrorCode): string {
  return remedies[code] ?? "";
}

const remedies: Partial<Record<StoreErrorCode, string>> = {
  "wrong-password":
    "Correct the secret that this reference names, or the reference. A store whose password was changed by hand " +
    "opens again when the secret is changed too.",
  "unknown-format": "Correct the path, or restore the store from a backup.",
  damaged: "Restore the store from a backup; the newest ones lie beside it.",
};

/** @param what what was to be opened, for example `the store` or `the key under "server"` */
export function wrongPassword(what: string): StoreError {
  return new StoreError(
    "wrong-password",
    `the password does not open ${what}, or it was changed since it was written`,
  );
}

/** @param problem what breaks the rules, and where */
export function damaged(problem: string, cause?: unknown): StoreError {
  return new StoreError("damaged", `the store is damaged: ${problem}`, { cause });
}

/** @param feature the algorithm or feature, by name or OID; what can be done instead, if anything */
export function unsupported(feature: string): StoreError {
  return new StoreError("unsupported", `not supported: ${feature}`);
}

/** @param demand what the bytes ask for, and the limit */
export function tooCostly(demand: string): StoreError {
  return new StoreError("too-costly", `refused because it would cost too much: ${demand}`);
}

/** @param problem what cannot be written, and what is allowed */
export function invalidStore(problem: string): StoreError {
  return new StoreError("invalid", problem);
}

/** Runs a reader, and reports what it finds malformed as damage of the store. */
export function refuseMalformed<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (error instanceof PkiError) throw damaged(error.message, error);
    throw error;
  }
}
