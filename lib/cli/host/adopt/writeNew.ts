import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";

import { UsageError } from "../../errors";

/** A file of the project. */
export interface WrittenFile {
  /** Relative to the project. */
  readonly path: string;
  /** False where the same was there already. */
  readonly written: boolean;
}

/**
 * Writes files that are not there yet.
 *
 * @param contents by path relative to the directory
 * @throws UsageError where one is there and differs; nothing is written then
 */
export function writeNew(directory: string, contents: ReadonlyMap<string, string>): WrittenFile[] {
  const there = new Set<string>();
  for (const [path, content] of contents) {
    const file = resolve(directory, path);
    if (!existsSync(file)) continue;
    if (readFileSync(file, "utf8") !== content)
      throw new UsageError(
        `${path} is there already and differs, and nothing is overwritten; give another --out and --stack, or move it away`,
      );
    there.add(path);
  }
  return [...contents].map(([path, content]) => {
    const written = !there.has(path);
    if (written) {
      const file = resolve(directory, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content, { flag: "wx" });
    }
    return { path, written };
  });
}
