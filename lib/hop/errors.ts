import { TrustError } from "../model";

/** A check that could not do its work; what it finds in certificates is a `Finding` instead. */
export class CheckError extends TrustError {}

/** The compiled child process is not where it should be. */
export function missingRehearsalEntry(path: string): CheckError {
  return new CheckError(
    "missing-rehearsal-entry",
    `the rehearsal's compiled entry ${path} is missing: build it with "npm run build"`,
  );
}

/** The child process ended without an answer. */
export function rehearsalFailed(problem: string): CheckError {
  return new CheckError(
    "rehearsal-failed",
    `the rehearsal's child process gave no verdicts: ${problem}. Run it again; if it stays so, report it`,
  );
}
