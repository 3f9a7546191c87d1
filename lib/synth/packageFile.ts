import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { missingBuild } from "./errors";

/**
 * A file of this package, wherever its code runs from: the sources, or `dist`.
 *
 * @throws SynthError `missing-build`
 */
export function packageFile(path: string): string {
  for (let directory = __dirname; ; directory = dirname(directory)) {
    const file = join(directory, path);
    if (existsSync(file)) return file;
    if (directory === dirname(directory)) throw missingBuild(path);
  }
}
