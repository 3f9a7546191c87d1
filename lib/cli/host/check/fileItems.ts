import { posix, win32 } from "node:path";

import { type DirectorySpace, HostError, type HostFiles } from "../../../hosts";
import { concurrently } from "../../../hop";
import { failed, good, type HostCheckItem, unknown } from "./hostCheck";

/** A declared file, and where it is behind all symbolic links, as far as that can be found. */
export interface FoundFile {
  readonly path: string;
  readonly real: string | undefined;
  /** Whether the file can be replaced. */
  readonly item: HostCheckItem;
}

/** A replacement, a backup and the original take this together where a store is large. */
const LEAST_FREE_BYTES = 16 * 2 ** 20;
const CONCURRENCY = 8;

/** Looks for each file, and whether we may replace it. */
export function findFiles(files: HostFiles, paths: readonly string[]): Promise<FoundFile[]> {
  return concurrently(paths, CONCURRENCY, async (path) => {
    try {
      const found = (await files.findFile(path)) ?? path;
      const real = await files.realPath(found);
      await files.requireWritable(found);
      return { path, real, item: good("rights", "yes", path) };
    } catch (error) {
      if (!(error instanceof HostError)) throw error;
      return { path, real: undefined, item: failed("rights", "no", error.message, path) };
    }
  });
}

/** The directory that a file is in, as its host writes it. */
export function directoryOfFile(real: string): string {
  return (real.startsWith("/") ? posix : win32).dirname(real);
}

/** What the rights come to once it is known which directories are there. */
export function rightsItems(
  found: readonly FoundFile[],
  spaceOf: (real: string) => DirectorySpace | undefined,
): readonly HostCheckItem[] {
  return found.map(({ path, real, item }) =>
    real !== undefined && spaceOf(real) === "missing"
      ? failed(
          "rights",
          "no directory",
          `${path}: its directory ${directoryOfFile(real)} does not exist. Install the product first, or correct the path.`,
          path,
        )
      : item,
  );
}

/** One item a directory, the fullest first. */
export function spaceItems(
  found: readonly FoundFile[],
  spaceOf: (real: string) => DirectorySpace | undefined,
): readonly HostCheckItem[] {
  const byDirectory = new Map(
    found.flatMap(({ real }) =>
      real === undefined ? [] : [[directoryOfFile(real), spaceOf(real)] as const],
    ),
  );
  const freeBytes = (space: DirectorySpace | undefined): number =>
    typeof space === "object" ? space.freeBytes : Infinity;
  const fullestFirst = [...byDirectory].sort(([, one], [, other]) =>
    Math.sign(freeBytes(one) - freeBytes(other) || 0),
  );
  return fullestFirst.flatMap(([directory, space]): HostCheckItem[] => {
    if (space === "missing") return [];
    if (space === undefined)
      return [unknown("space", `${directory}: how much is free there could not be found out.`, directory)];
    const seen = formatBytes(space.freeBytes);
    return space.freeBytes >= LEAST_FREE_BYTES
      ? [good("space", seen, directory)]
      : [
          failed(
            "space",
            seen,
            `${directory}: ${seen} are free. Free some: a file is replaced through a new one beside it, and what was before is kept.`,
            directory,
          ),
        ];
  });
}

function formatBytes(bytes: number): string {
  const units = ["KiB", "MiB", "GiB", "TiB"];
  let value = bytes / 1_024;
  let unit = 0;
  for (; value >= 1_024 && unit < units.length - 1; unit++) value /= 1_024;
  return `${value < 10 ? value.toFixed(1).replace(/\.0$/, "") : Math.floor(value)} ${units[unit]}`;
}
