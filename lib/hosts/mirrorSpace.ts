import { statfs } from "node:fs/promises";
import { dirname, join } from "node:path";

import { systemCode } from "../model/systemCode";
import { fileFailed } from "./errors";
import type { DirectorySpace } from "./machineFacts";
import { parsePlannedPath } from "./plannedPath";

/**
 * What is free in the directory of a file, where a directory of this machine stands for another machine.
 *
 * @param root the directory that stands for `/`
 * @param path of the file on the machine, behind all symbolic links
 * @throws HostError
 */
export async function mirrorSpace(root: string, path: string): Promise<DirectorySpace> {
  const { drive, components } = parsePlannedPath(path);
  const file = join(root, ...(drive === undefined ? [] : [drive]), ...components);
  try {
    const { bavail, bsize } = await statfs(dirname(file));
    return { freeBytes: bavail * bsize };
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return "missing";
    throw fileFailed("find", path, cause);
  }
}
