import { randomBytes } from "node:crypto";
import { createClaimId, createRunId } from "../hosts";

/** Names this process in backups: one apply is one process of the provider, and so one run. */
export const runId = createRunId(new Date(), randomBytes);

/** The id of a claim that nobody has made before. */
export function newClaim(): string {
  return createClaimId(randomBytes);
}
