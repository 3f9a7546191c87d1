import { isUnreached } from "../errors";
import { isRemote, outcomeUnknown } from "./errors";
import type { SshSession } from "./session";

/** What is about to be removed. */
export interface Removal {
  readonly session: SshSession;
  /** The path as the machine writes it, and whether a link in its own place is followed. */
  readonly words: readonly [string, string];
  /** Files of locks that must be there at the last moment. */
  readonly locks: readonly string[];
}

/**
 * Removes a file; false where there was none.
 *
 * @throws HostError `connection-lost` where it is still there, `outcome-unknown` where that cannot be told
 */
export async function removeFile({ session, words, locks }: Removal): Promise<boolean> {
  try {
    await session.call("remove_file", [...words, ...locks]);
    return true;
  } catch (cause) {
    if (isRemote(cause, "ENOENT")) return false;
    if (!isUnreached(cause) || cause.code !== "connection-lost") throw cause;
    if (await isThere(session, words)) throw cause;
    return true;
  }
}

/** After a cut nobody knows whether the answer or the deed was lost. */
async function isThere(session: SshSession, words: readonly [string, string]): Promise<boolean> {
  try {
    await session.call("is_there", words);
    return true;
  } catch (cause) {
    if (isRemote(cause, "ENOENT")) return false;
    throw outcomeUnknown(session.address, words[0], "removed", cause);
  }
}
