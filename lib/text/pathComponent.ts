import { unsafeName } from "./errors";

/** Longest name of ours: file systems hold 255 bytes, and suffixes such as `.orig` come to it. */
const MAXIMUM_LENGTH = 200;

/** Device names, which Windows reserves in every folder, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i;

/** A file name made of an id or alias: it leaves no folder, hides nowhere, and is no device of Windows. */
export function pathComponent(id: string): string {
  const name = id
    .replace(/[^\w.-]+/g, "_")
    .replace(/^\.+|\.+$/g, "_")
    .slice(0, MAXIMUM_LENGTH);
  if (name === "") return "_";
  return DEVICE.test(name) ? `_${name}` : name;
}

/** Whether a text is a file name on every platform as it stands. */
export function isPathComponent(text: string): boolean {
  return /^[A-Za-z0-9_-][\w.-]*$/.test(text) && pathComponent(text) === text;
}

/** Whether a path says what it names: no control characters, no line breaks, no broken characters. */
export function isPlainPath(path: string): boolean {
  return !/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(path);
}

/**
 * A relative path that stays below where it starts.
 *
 * @param place what it starts at, for the error
 * @throws TextError `unsafe-name`
 */
export function pathBelow(path: string, place: string): string {
  const leaves = /^[\\/]|^[A-Za-z]:[\\/]/.test(path) || path.split(/[\\/]/).includes("..");
  if (leaves || !isPlainPath(path)) throw unsafeName(path, place);
  return path;
}
