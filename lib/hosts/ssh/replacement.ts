import { randomBytes } from "node:crypto";

import { modeText } from "../../model/modeText";
import { hashOf } from "../backup";
import { HostError, isUnreached } from "../errors";
import type { ReplaceOptions } from "../hostFiles";
import { isRemote, outcomeUnknown } from "./errors";
import type { SshSession } from "./session";
import type { Shell, ShellFacts } from "./shell";
import { type Looks, parseLooks } from "./shellFiles";

/** So that signs of life come between the pieces, whatever the line. */
const PIECE_BYTES = 2 ** 18;
const NEW_FILE_MODE = 0o600;

type Owner = NonNullable<ReplaceOptions["owner"]>;

/** An empty file in a folder of its own that waits for its content. */
export interface Begun {
  /** With a slash at its end, as has `folder`. */
  readonly directory: string;
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly above: Looks;
  readonly existing?: Looks;
}

/** What is about to be put into its place. */
export interface Replacement {
  readonly session: SshSession;
  readonly shell: Shell;
  readonly begun: Begun;
  /** As its host knows it, for messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly options: ReplaceOptions;
  /** Files of locks that must be there at the last moment. */
  readonly locks: readonly string[];
  /** What is in the place, asked again after a connection that was lost. */
  readonly read: () => Promise<Buffer>;
}

/** Makes the file beside the one that is replaced, for nobody else to read. */
export async function beginReplacement(
  session: SshSession,
  shell: Shell,
  words: readonly [string, string],
): Promise<Begun> {
  // A name as tokens of locks have it, which every version clears away.
  const file = randomBytes(12).toString("hex");
  const answer = await session.callIn(shell, "begin", [...words, randomBytes(6).toString("hex"), file]);
  const [directory = "", name = "", folder = "", above = "", existing = ""] = answer
    .toString("utf8")
    .split("\0");
  return {
    directory,
    name,
    folder,
    file,
    above: parseLooks(above),
    ...(existing === "" ? {} : { existing: parseLooks(existing) }),
  };
}

/**
 * Fills the file and puts it into its place.
 *
 * @throws HostError `connection-lost` where it is not in its place, `outcome-unknown` where that cannot be told
 */
export async function finishReplacement(replacement: Replacement): Promise<void> {
  const { session, shell, begun, bytes } = replacement;
  try {
    for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
      const body = bytes.subarray(start, start + PIECE_BYTES);
      await session.callIn(shell, "piece", [begun.folder, begun.file, body.length], { body });
    }
    await commit(replacement);
  } catch (cause) {
    if (shell.isOpen)
      await session.callIn(shell, "abandon", [begun.folder, begun.file]).catch(() => undefined);
    throw cause;
  }
}

async function commit(replacement: Replacement): Promise<void> {
  const { session, shell, begun, bytes, options, locks } = replacement;
  const { mode, owner } = plannedLooks(begun, options, shell.facts);
  const looks = [modeText(mode), owner?.ownerId ?? "", owner?.groupId ?? ""];
  try {
    const words = [begun.folder, begun.file, begun.name, bytes.length, hashOf(bytes), ...looks, ...locks];
    await session.callIn(shell, "commit", words);
  } catch (cause) {
    if (isRemote(cause, "owner-lost")) throw ownerLost(begun, owner);
    if (!isUnreached(cause)) throw cause;
    if (!(await isInPlace(replacement))) throw cause;
  }
}

/**
 * After a cut nobody knows whether the answer or the deed was lost. The shell that was asked may still be about to do
 * it: once its file is taken away it cannot, and what is in the place then stays.
 */
async function isInPlace({ session, begun, path, bytes, read }: Replacement): Promise<boolean> {
  try {
    await session.call("abandon", [begun.folder, begun.file]);
    return (await read()).equals(bytes);
  } catch (cause) {
    if (isRemote(cause, "ENOENT")) return false;
    throw outcomeUnknown(session.address, path, "replaced", cause);
  }
}

/** As on this machine: the old file's; of a new one, what root creates belongs to whoever has the directory. */
function plannedLooks(
  { existing, above }: Begun,
  options: ReplaceOptions,
  { userId, has }: ShellFacts,
): { readonly mode: number; readonly owner: Owner | undefined } {
  if (existing !== undefined) {
    const isKept = has.has("cp-attributes") || (has.has("getfacl") && has.has("setfacl"));
    // Beside a list the group's bits are the most that the list gives anybody; without it they would be the group's own.
    const mode = existing.hasAccessList && !isKept ? existing.mode & ~0o070 : existing.mode;
    return { mode: options.mode ?? mode, owner: options.owner ?? ownerOf(existing) };
  }
  const asRoot = userId === 0 ? ownerOf(above) : undefined;
  return { mode: options.mode ?? NEW_FILE_MODE, owner: options.owner ?? asRoot };
}

function ownerOf({ ownerId, groupId }: Looks): Owner {
  return { ownerId, groupId };
}

function ownerLost({ name }: Begun, owner: Owner | undefined): HostError {
  return new HostError(
    "owner-lost",
    `${name} belongs to user id ${owner?.ownerId}, group id ${owner?.groupId}, and only root may give its replacement to them. Connect as that user, or declare sudo. Nothing was changed.`,
  );
}
