import { modeText } from "../model/modeText";
import { HostError } from "./errors";

/**
 * The permission bits that four octal digits stand for, for example `0644`.
 *
 * @throws HostError `file-mode` for set-id and sticky bits, and for files that everybody could write
 */
export function parseFileMode(text: string): number {
  if (!/^[0-7]{4}$/.test(text)) {
    throw modeRefused(`"${text}" is not four octal digits, for example 0644.`);
  }
  const mode = Number.parseInt(text, 8);
  if (mode > 0o777) {
    throw modeRefused(
      `mode ${text} sets a set-user-id, set-group-id or sticky bit, which no delivered file may have. Write 0${text.slice(1)}.`,
    );
  }
  if ((mode & 0o002) !== 0) {
    throw modeRefused(`mode ${text} lets everybody write the file. Write ${modeText(mode & ~0o002)}.`);
  }
  return mode;
}

/**
 * As `parseFileMode`, for a file that may hold a private key in the clear: then only its owner may have it.
 *
 * @param path - as its host knows it, for messages
 */
export function fileModeFor(
  text: string,
  content: { readonly path: string; readonly holdsPlainKey: boolean },
): number {
  const mode = parseFileMode(text);
  if (!content.holdsPlainKey || (mode & 0o077) === 0) return mode;
  throw modeRefused(
    `${content.path} would hold a private key that is not encrypted, and mode ${text} gives it to others than its owner. Set the mode to 0600 (or 0400), or encrypt the key: openssl pkcs8 -topk8. Nothing was changed.`,
  );
}

function modeRefused(message: string): HostError {
  return new HostError("file-mode", message);
}
