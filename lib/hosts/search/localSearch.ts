import { closeSync, constants, type Dirent, openSync, readdirSync, readSync, statSync } from "node:fs";
import { join } from "node:path";

import { isCandidateContent, isCandidateName, MAGIC_BYTES, NOT_ENTERED } from "./candidates";
import { SEARCH_DEPTH, type SearchEvent, SEARCHED_NAMES, type SearchLimits } from "./search";

/**
 * Searches directories of this machine. Directories behind symbolic links are not gone into, so that no loop is walked.
 *
 * @param directories as the host calls them
 * @param placeOf where such a path is on this machine
 */
export function searchLocally(
  directories: readonly string[],
  placeOf: (path: string) => string,
  limits: SearchLimits,
): SearchEvent[] {
  const search = new LocalSearch(placeOf, limits);
  for (const directory of directories) search.root(directory);
  return search.events;
}

class LocalSearch {
  readonly events: SearchEvent[] = [];
  private readonly depth: number;
  private left: number;

  constructor(
    private readonly placeOf: (path: string) => string,
    { depth = SEARCH_DEPTH, names = SEARCHED_NAMES }: SearchLimits,
  ) {
    this.depth = depth;
    this.left = names;
  }

  root(directory: string): void {
    const path = directory === "/" ? "" : directory;
    if (statusOf(this.placeOf(directory))?.isDirectory() !== true)
      this.events.push({ kind: "missing", path: directory });
    else this.directory(path, this.placeOf(directory), 0);
  }

  private directory(path: string, place: string, level: number): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(place, { withFileTypes: true });
    } catch {
      this.events.push({ kind: "unlisted", path: path === "" ? "/" : path });
      return;
    }
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      if (this.left === 0) {
        if (this.events.at(-1)?.kind !== "cut") this.events.push({ kind: "cut", path });
        return;
      }
      this.left -= 1;
      this.entry(entry, `${path}/${entry.name}`, join(place, entry.name), level);
    }
  }

  private entry(entry: Dirent, path: string, place: string, level: number): void {
    if (entry.isDirectory()) {
      if (NOT_ENTERED.includes(place)) return;
      if (level >= this.depth) this.events.push({ kind: "deep", path });
      else this.directory(path, place, level + 1);
      return;
    }
    const isLink = entry.isSymbolicLink();
    const byName = isCandidateName(entry.name);
    if (byName === false || (byName === undefined && isLink)) return;
    const status = statusOf(place);
    if (status?.isFile() !== true) return;
    if (byName === undefined && !isCandidateContent(headOf(place))) return;
    this.events.push({ kind: isLink ? "link" : "file", path, bytes: status.size });
  }
}

function statusOf(place: string) {
  try {
    return statSync(place);
  } catch {
    return undefined;
  }
}

/** Nothing of a file that cannot be opened: by its name alone nobody would look for it. */
function headOf(place: string): Uint8Array {
  try {
    const descriptor = openSync(place, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const head = Buffer.alloc(MAGIC_BYTES);
      return head.subarray(0, readSync(descriptor, head, 0, MAGIC_BYTES, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return new Uint8Array();
  }
}
