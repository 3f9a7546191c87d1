import { spawnSync } from "node:child_process";

/**
 * The processes that these have started and that are there, by their ids.
 *
 * @param program its name. @default - any
 */
export function childrenOf(ids: readonly number[], program?: string): number[] {
  if (ids.length === 0) return [];
  const words = ["-P", ids.join(","), ...(program === undefined ? [] : ["-x", program])];
  const { stdout } = spawnSync("pgrep", words, { encoding: "utf8" });
  return stdout.split("\n").filter(Boolean).map(Number);
}

/** Those below these: 1 are children, 2 are their children. */
export function descendantsOf(ids: readonly number[], generations: number): number[] {
  return generations === 0 ? [...ids] : descendantsOf(childrenOf(ids), generations - 1);
}

/** Ends processes as no program can prevent it; those that are gone are passed over. */
export function killAll(ids: readonly number[]): void {
  for (const id of ids) {
    try {
      process.kill(id, "SIGKILL");
    } catch {
      // It has ended already.
    }
  }
}
