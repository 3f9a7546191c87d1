import { appendFileSync } from "node:fs";
import { log } from "../protocol";
import { hideSecrets } from "../secrets";
import { terminalText } from "../../text";
import { JOURNAL_VARIABLE } from "../variables";

/** Something that happened to a host, or was seen there. */
export interface JournalEvent {
  readonly event: "changed" | "ran" | "proved" | "deferred" | "rolled-back" | "not-rolled-back" | "failed";
  /** Name of the activation. */
  readonly activation?: string;
  /** Address of the host. */
  readonly host: string;
  readonly path?: string;
  /** What of the file: `trust_key_entry flow`, `key flow`. */
  readonly thing?: string;
  /** SHA-256 of what is there afterwards. */
  readonly sha256?: string;
  readonly argv?: readonly string[];
  readonly status?: number;
  readonly milliseconds?: number;
  readonly level?: string;
  /** What a probe saw. */
  readonly seen?: string;
  readonly text?: string;
}

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
