import { tooLarge } from "../errors";
import type { Handle, SftpClient } from "./client";

/** What every server takes in one packet. */
const PIECE_BYTES = 2 ** 15;
/** Enough to fill a slow line, and few enough that signs of life come between. */
const AT_ONCE = 16;

/**
 * Reads a file to its end.
 *
 * @param path as its host knows it, for messages
 * @throws HostError `file-too-large`
 */
export async function readAll(
  client: SftpClient,
  handle: Handle,
  { path, expectedBytes, maximumBytes }: Expected,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let offset = 0; ;) {
    const left = Math.ceil((expectedBytes - offset) / PIECE_BYTES) + 1;
    const start = offset;
    const asked = Array.from({ length: Math.max(1, Math.min(left, AT_ONCE)) }, (_, index) =>
      client.read(handle, start + index * PIECE_BYTES, PIECE_BYTES),
    );
    for (const piece of await Promise.all(asked)) {
      if (piece.length === 0) return Buffer.concat(pieces);
      pieces.push(piece);
      offset += piece.length;
      // What was read behind it does not follow on it.
      if (piece.length < PIECE_BYTES) break;
    }
    if (offset > maximumBytes) throw tooLarge(path, maximumBytes);
  }
}

export interface Expected {
  readonly path: string;
  readonly expectedBytes: number;
  readonly maximumBytes: number;
}

/** Writes the content of a file that is empty. */
export async function writeAll(client: SftpClient, handle: Handle, bytes: Uint8Array): Promise<void> {
  for (let start = 0; start < bytes.length; start += PIECE_BYTES * AT_ONCE) {
    const end = Math.min(start + PIECE_BYTES * AT_ONCE, bytes.length);
    const sent: Promise<void>[] = [];
    for (let offset = start; offset < end; offset += PIECE_BYTES)
      sent.push(client.write(handle, offset, bytes.subarray(offset, Math.min(offset + PIECE_BYTES, end))));
    await Promise.all(sent);
  }
}
