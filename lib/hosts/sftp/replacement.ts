import { randomBytes } from "node:crypto";

import { temporaryName } from "../companions";
import { HostError, isUnreached } from "../errors";
import { besidePath, fileNameOf } from "../plannedPath";
import { isRemote, outcomeUnknown, RemoteFailure } from "../ssh/errors";
import { putInPlace, putNew } from "./aside";
import type { SftpClient } from "./client";
import type { Located } from "./locate";
import type { SftpSession } from "./sftpSession";
import { writeAll } from "./transfer";

/** What is about to be put into its place. */
export interface Replacement {
  readonly session: SftpSession;
  readonly located: Located;
  /** As its host knows it, for messages. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Asked last, when the file is complete. */
  readonly assertAllowed: () => Promise<void>;
  /** What is in the place, asked again after a connection that was lost. */
  readonly read: () => Promise<Buffer | undefined>;
}

/**
 * Writes a file beside the one that it replaces, and puts it into its place.
 *
 * @throws HostError `connection-lost` where it is not in its place, `outcome-unknown` where that cannot be told
 */
export async function replaceThere(replacement: Replacement): Promise<void> {
  const { session, located, assertAllowed } = replacement;
  const temporary = besidePath(
    located.path,
    temporaryName(fileNameOf(located.path), randomBytes(6).toString("hex")),
  );
  try {
    await session.call((client) => writeBeside(client, temporary, replacement.bytes));
    await assertAllowed();
    await settle(replacement, temporary);
  } catch (cause) {
    // Where the connection is gone the next run clears it away.
    await session.current?.remove(temporary).catch(() => undefined);
    throw cause;
  }
}

async function writeBeside(client: SftpClient, temporary: string, bytes: Uint8Array): Promise<void> {
  const handle = await client.create(temporary);
  try {
    await writeAll(client, handle, bytes);
    await client.force(handle);
  } catch (cause) {
    await client.closeHandle(handle).catch(() => undefined);
    throw await reasonOf(client, temporary, cause, bytes.length);
  }
  await client.closeHandle(handle);
  if ((await client.look(temporary))?.size !== bytes.length) throw new RemoteFailure("damaged", "");
}

/** Servers say of a full disk no more than that it failed. */
async function reasonOf(client: SftpClient, path: string, cause: unknown, wanted: number): Promise<unknown> {
  if (!isRemote(cause, "failure")) return cause;
  const free = await client.freeBytes(path);
  return new RemoteFailure(free !== undefined && free < wanted ? "ENOSPC" : "unwritten", "");
}

async function settle(
  { session, located, path, bytes, read }: Replacement,
  temporary: string,
): Promise<void> {
  try {
    await session.call((client) =>
      located.attributes === undefined
        ? putNew(client, temporary, located.path)
        : putInPlace(client, temporary, located.path),
    );
  } catch (cause) {
    if (!(cause instanceof HostError) || !isUnreached(cause)) throw cause;
    if (!(await isInPlace())) throw cause;
  }

  /** After a cut nobody knows whether the answer or the deed was lost. While the new file waits it was not done. */
  async function isInPlace(): Promise<boolean> {
    try {
      if ((await session.call((client) => client.look(temporary))) !== undefined) return false;
      return (await read())?.equals(bytes) === true;
    } catch (error) {
      throw outcomeUnknown(session.address, path, "replaced", error);
    }
  }
}
