import { spawnSync } from "node:child_process";

/** The processes that these have started and that are there, by their ids. */
export function childrenOf(ids: readonly number[]): number[] {
  if (ids.length === 0) return [];
  const { stdout } = spawnSync("pgrep", ["-P", ids.join(",")], { encoding: "utf8" });
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
