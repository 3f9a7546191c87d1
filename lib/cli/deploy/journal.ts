import { existsSync, readFileSync } from "node:fs";

/** One thing that the provider did, as it has written it down. */
export interface JournalEvent {
  /** ISO 8601. */
  readonly at: string;
  readonly event: "changed" | "ran" | "proved" | "deferred" | "rolled-back" | "not-rolled-back" | "failed";
  /** Name of the activation. */
  readonly activation?: string;
  /** Address of the host. */
  readonly host?: string;
  readonly path?: string;
  /** What in the file, for example an alias. */
  readonly thing?: string;
  readonly argv?: readonly string[];
  readonly status?: number;
  readonly milliseconds?: number;
  readonly level?: string;
  readonly seen?: string;
  readonly text?: string;
}

/** What a provider did; a line that it was killed in the middle of is left out. */
export function readJournal(file: string): JournalEvent[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line): JournalEvent[] => {
      try {
        return [JSON.parse(line) as JournalEvent];
      } catch {
        return [];
      }
    });
}
