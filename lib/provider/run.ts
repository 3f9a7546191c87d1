import { randomBytes } from "node:crypto";
import { createClaimId, createRunId } from "../hosts";

let current = createRunId(new Date(), randomBytes);

/** Names the run of this process in backups: one apply is one process of the provider, and so one run. */
export function currentRun(): string {
  return current;
}

/** Begins another run, because what was just proven must be kept before the next write, as what was there before this run was. */
export function beginRun(): void {
  current = createRunId(new Date(), randomBytes);
}

/** The id of a claim that nobody has made before. */
export function newClaim(): string {
  return createClaimId(randomBytes);
}
