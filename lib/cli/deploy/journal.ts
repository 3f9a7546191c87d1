import { existsSync, readFileSync } from "node:fs";
import type { JournalLine } from "../../provider/activation/journalEvent";

/** What a provider did; a line that it was killed in the middle of is left out. */
export function readJournal(file: string): JournalLine[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .flatMap((line): JournalLine[] => {
      try {
        return [JSON.parse(line) as JournalLine];
      } catch {
        return [];
      }
    });
}
