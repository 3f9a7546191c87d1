import { spawnSync } from "node:child_process";

/** What git prints in a directory; undefined where it fails, or is not there. */
export function git(directory: string, ...words: readonly string[]): string | undefined {
  const { status, stdout } = spawnSync("git", words, {
    cwd: directory,
    encoding: "utf8",
    maxBuffer: 1 << 30,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return status === 0 ? stdout : undefined;
}
