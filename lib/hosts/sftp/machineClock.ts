import { randomBytes } from "node:crypto";

import { temporaryName } from "../companions";
import { besidePath, fileNameOf } from "../plannedPath";
import type { SftpClient } from "./client";

const KNOWN_FOR_MS = 10_000;

/** A machine's own clock, by which it says when files were changed: what a file has that was written just now. */
export class MachineClock {
  private seen: { readonly machineMs: number; readonly atMs: number } | undefined;

  /**
   * How old a time of the machine is.
   *
   * @param beside a file in a directory that a file for a moment can be made in
   * @param staleMs from which age on it is looked at again, because clocks are set
   */
  async ageMs(client: SftpClient, modifiedMs: number, beside: string, staleMs: number): Promise<number> {
    const seen = this.seen;
    if (seen !== undefined && performance.now() - seen.atMs < KNOWN_FOR_MS) {
      const age = seen.machineMs + (performance.now() - seen.atMs) - modifiedMs;
      if (age < staleMs) return age;
    }
    const machineMs = await nowThere(client, beside);
    this.seen = { machineMs, atMs: performance.now() };
    return machineMs - modifiedMs;
  }
}

async function nowThere(client: SftpClient, beside: string): Promise<number> {
  const path = besidePath(beside, temporaryName(fileNameOf(beside), randomBytes(6).toString("hex")));
  const handle = await client.create(path);
  try {
    await client.write(handle, 0, Buffer.from("\n"));
    await client.closeHandle(handle);
    return (await client.look(path))?.modifiedMs ?? 0;
  } finally {
    await client.remove(path);
  }
}
