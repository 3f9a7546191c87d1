import { win32 } from "node:path";

import { formatPlannedPath, parsePlannedPath } from "../plannedPath";
import { isRemote, RemoteFailure } from "../ssh/errors";
import type { SftpClient } from "./client";
import type { Attributes } from "./packet";
import { linkTarget, prefixesOf } from "./windowsPath";

const MAXIMUM_LINKS = 40;

/** What a path leads to. */
export interface Located {
  /** Behind all links. */
  readonly path: string;
  /** Absent where nothing is there. */
  readonly attributes?: Attributes;
}

/**
 * Follows links one by one, because the server's own word for the real path only tidies the text up.
 *
 * @param followsLast whether a link in the place of the file itself is followed
 * @throws RemoteFailure `ELOOP`, `ENOTDIR`
 */
export async function locate(client: SftpClient, path: string, followsLast: boolean): Promise<Located> {
  let current = path;
  for (let links = 0; links <= MAXIMUM_LINKS; links++) {
    const prefixes = prefixesOf(current);
    const found = await Promise.all(prefixes.map((prefix) => client.look(prefix)));
    const last = prefixes.length - 1;
    const link = found.findIndex((one, at) => one?.kind === "link" && (followsLast || at < last));
    const [prefix = "", attributes] = [prefixes[link], found[last]];
    if (link === -1) {
      if (found.slice(0, -1).some((one) => one !== undefined && one.kind !== "directory"))
        throw new RemoteFailure("ENOTDIR", "");
      return attributes === undefined ? { path: current } : { path: current, attributes };
    }
    const rest = current.slice(prefix.length);
    current = plain(linkTarget(win32.dirname(prefix), await client.readLink(prefix)) + rest);
  }
  throw new RemoteFailure("ELOOP", "");
}

/** Names in the directory of a file; none where that is missing. */
export async function namesBeside(client: SftpClient, file: string): Promise<string[]> {
  try {
    return (await client.list(win32.dirname(file))).map(({ name }) => name);
  } catch (cause) {
    if (isRemote(cause, "ENOENT")) return [];
    throw cause;
  }
}

/** Makes the directory of a file, with all above it that are missing. */
export async function makeParents(client: SftpClient, file: string): Promise<void> {
  for (const directory of prefixesOf(file).slice(0, -1)) {
    if ((await client.look(directory)) !== undefined) continue;
    try {
      await client.makeDirectory(directory);
    } catch (cause) {
      if ((await client.look(directory))?.kind !== "directory") throw cause;
    }
  }
}

function plain(path: string): string {
  return formatPlannedPath(parsePlannedPath(path));
}
