import { randomBytes } from "node:crypto";
import { createRunId } from "../hosts";

/** Names this process in backups: one apply is one process of the provider, and so one run. */
export const runId = createRunId(new Date(), randomBytes);
