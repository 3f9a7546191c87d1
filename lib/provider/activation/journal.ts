import { appendFileSync } from "node:fs";
import type { JournalEvent } from "./journalEvent";
import { log } from "../protocol";
import { hideSecrets } from "../secrets";
import { terminalText } from "../../text";
import { JOURNAL_VARIABLE } from "../variables";

const MAXIMUM_TEXT = 2_048;

/** Appends an event to the journal, where the environment names one. A journal that cannot be written stops nothing. */
export function journal(event: JournalEvent, now = new Date()): void {
  const file = process.env[JOURNAL_VARIABLE];
  if (file === undefined || file === "") return;
  const { argv, seen, text, ...facts } = event;
  const line = JSON.stringify({
    at: now.toISOString(),
    ...facts,
    argv: argv?.map(safeText),
    seen: seen === undefined ? undefined : safeText(seen),
    text: text === undefined ? undefined : safeText(text).slice(0, MAXIMUM_TEXT),
  });
  try {
    appendFileSync(file, `${line}\n`, { mode: 0o600 });
  } catch (error) {
    log("warn", `the journal ${file} cannot be written: ${String(error)}`);
  }
}

/** Somebody else's text for people: it steers no terminal and holds no secret that this run knows. */
export function safeText(text: string): string {
  return terminalText(hideSecrets(text));
}
