import { readdir, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

import { isLeftover, exclusionName } from "./companions";
import { systemCode } from "../model/systemCode";
import { removePreparedExclusion } from "./exclusionDirectory";

/** Whether something stands beside `file` that a killed run may have left, its lock included. */
export async function hasLeftovers(file: string): Promise<boolean> {
  const name = basename(file);
  const names = await readdir(dirname(file));
  return names.some((candidate) => candidate === exclusionName(name) || isLeftover(name, candidate));
}

/**
 * Removes what killed runs left half written beside `file`; call it under the file's lock.
 *
 * It is also what keeps a run that lost its lock from writing: the temporary file that it was about to
 * rename is gone.
 */
export async function removeLeftovers(file: string): Promise<void> {
  const names = await readdir(dirname(file));
  const leftovers = names.filter((name) => isLeftover(basename(file), name));
  await Promise.all(leftovers.map((name) => removeLeftover(join(dirname(file), name))));
}

async function removeLeftover(leftover: string): Promise<void> {
  try {
    await unlink(leftover);
  } catch (cause) {
    const system = systemCode(cause) ?? "";
    if (system === "EISDIR" || system === "EPERM") await removePreparedExclusion(leftover);
    else if (system !== "ENOENT") throw cause;
  }
}
