import { randomBytes } from "node:crypto";
import { win32 } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import { exclusionName, isLeftover, fileSetAside } from "../companions";
import { companionIsLink, isUnreached, notRegular } from "../errors";
import { type ExclusionSteps, exclusionTiming, type FoundExclusion, type OwnExclusion } from "../exclusion";
import { type Liveness, livenessOf, parseHolder, thisHolder } from "../exclusionHolder";
import { besidePath } from "../plannedPath";
import { isRemote, RemoteFailure } from "../ssh/errors";
import { repairAside } from "./aside";
import type { ListedName, SftpClient } from "./client";
import { MachineClock } from "./machineClock";
import { patiently, patientlyAway } from "./patience";
import type { SftpSession } from "./sftpSession";
import { readAll, writeAll } from "./transfer";

const MAXIMUM_HOLDER_BYTES = 2 ** 16;
/** Directories that are being removed refuse everything for a moment, with the same word as one that is not ours. */
const DENIALS = 3;
const DENIAL_PAUSE_MS = 100;

/** Tokens that this process has made, and whether it holds their locks: others of them are what a lost connection left. */
const ownEntries = new Map<string, boolean>();

interface OwnThere extends OwnExclusion {
  /** What its token says. */
  readonly content: Buffer;
}

interface FoundThere extends FoundExclusion {
  /** By the machine's clock. */
  readonly modifiedMs: number;
}

/**
 * The steps of a lock through SFTP. The lock is the same directory with the same content as on this machine; its holder
 * is this process, which outlives a connection. Whether others live can be asked nobody there: their signs of life are
 * looked at by the machine's own clock.
 */
export class SftpExclusions implements ExclusionSteps {
  readonly paths = win32;
  private readonly clock = new MachineClock();

  constructor(
    private readonly session: SftpSession,
    private readonly staleMs = exclusionTiming.staleMs,
  ) {}

  find(directory: string): Promise<FoundExclusion | undefined> {
    return this.session.ask(async (client) => {
      const status = await client.look(directory);
      if (status === undefined) return undefined;
      if (status.kind === "link") throw companionIsLink(directory);
      if (status.kind === "file") return describe(client, directory, status);
      if (status.kind !== "directory") throw notRegular(directory);
      const names = await listed(client, directory);
      const token = names.find(({ name }) => isToken(name));
      if (token !== undefined) return describe(client, win32.join(directory, token.name), token);
      if (names.length === 0) return undefined;
      return { entry: directory, holder: undefined, ...signOf(directory, status) };
    });
  }

  async create(directory: string, now: Date): Promise<OwnExclusion | undefined> {
    const own: OwnThere = {
      directory,
      entry: win32.join(directory, randomBytes(12).toString("hex")),
      content: Buffer.from(`${JSON.stringify(thisHolder(now))}\n`),
    };
    ownEntries.set(own.entry, true);
    try {
      const isOurs = await this.session.call((client) => take(client, own));
      ownEntries.set(own.entry, isOurs);
      return isOurs ? own : undefined;
    } catch (cause) {
      ownEntries.set(own.entry, false);
      throw cause;
    }
  }

  async removeHolder(directory: string, { entry }: FoundExclusion): Promise<void> {
    await this.session.call(async (client) => {
      await patientlyAway(() => client.remove(entry)).catch(unlessGone);
      if (entry !== directory) await client.removeDirectory(directory).catch(unlessRefused);
    });
  }

  isHeld({ entry }: OwnExclusion): Promise<boolean> {
    return this.session.ask(async (client) => (await client.look(entry)) !== undefined);
  }

  /** Written again, so that the machine says when by its own clock. One that is gone stays so. */
  async giveSignOfLife(own: OwnExclusion): Promise<void> {
    const { entry, content } = own as OwnThere;
    await this.session.call(async (client) => {
      const handle = await patiently(() => client.openToWrite(entry));
      await client.write(handle, 0, content).finally(() => client.closeHandle(handle));
    });
  }

  /** Both are sent before it returns, so that it works as the last act of a process too. */
  async remove({ directory, entry }: OwnExclusion): Promise<void> {
    ownEntries.set(entry, false);
    const { current } = this.session;
    try {
      const sent = current === undefined ? [] : [current.remove(entry), current.removeDirectory(directory)];
      const failed = (await Promise.allSettled(sent)).some(({ status }) => status === "rejected");
      if (failed || current === undefined)
        await this.removeHolder(directory, { entry, holder: undefined, sign: "" });
    } catch (cause) {
      // The next run finds the lock of a process that does not hold it, or of a dead one.
      if (!isUnreached(cause)) throw cause;
    }
  }

  async livenessOf(found: FoundExclusion): Promise<Liveness> {
    const isOurs = ownEntries.get(found.entry);
    if (isOurs !== undefined) return isOurs ? "alive" : "dead";
    const known = livenessOf(found.holder);
    if (known !== "unknown") return known;
    const { entry, modifiedMs } = found as FoundThere;
    const lock = isToken(win32.basename(entry)) ? win32.dirname(entry) : entry;
    const ageMs = await this.session.call((client) =>
      this.clock.ageMs(client, modifiedMs, lock, this.staleMs),
    );
    return ageMs > this.staleMs ? "dead" : "unknown";
  }

  async hasLeftovers(file: string): Promise<boolean> {
    const name = win32.basename(file);
    const names = await this.session.ask((client) => client.list(win32.dirname(file)));
    return names.some(
      (candidate) =>
        candidate.name === exclusionName(name) ||
        isLeftover(name, candidate.name) ||
        fileSetAside(name, candidate.name) !== undefined,
    );
  }

  async removeLeftovers(file: string): Promise<void> {
    await this.session.ask(async (client) => {
      const names = await client.list(win32.dirname(file));
      for (const { name, kind } of names) {
        const written = fileSetAside(win32.basename(file), name);
        if (written !== undefined) await repairAside(client, besidePath(file, written));
        if (isLeftover(win32.basename(file), name)) await clear(client, besidePath(file, name), kind);
      }
    });
  }
}

/**
 * First the token, then a look whether it is alone: of two who do so at once, one at least sees the other. Runs on the
 * machine itself put a complete directory there, which fails while this one has a token in it.
 */
async function take(client: SftpClient, { directory, entry, content }: OwnThere): Promise<boolean> {
  if (!(await makeLock(client, directory))) return false;
  try {
    const handle = await client.create(entry);
    await writeAll(client, handle, content).finally(() => client.closeHandle(handle));
    const names = await listed(client, directory);
    if (names.length === 1 && names[0]?.name === win32.basename(entry)) return true;
  } catch (cause) {
    if (!(cause instanceof RemoteFailure)) throw cause;
    const isNew = await client.look(entry);
    await giveUp(client, directory, entry);
    // A token that is there and cannot be written: the disk is full. One that is not: the lock was another's.
    if (isNew !== undefined) throw cause;
    return false;
  }
  await giveUp(client, directory, entry);
  return false;
}

/** False where somebody has it. */
async function makeLock(client: SftpClient, directory: string): Promise<boolean> {
  for (let denials = 0; ; denials++) {
    try {
      await client.makeDirectory(directory);
      return true;
    } catch (cause) {
      const status = await client.look(directory);
      if (status !== undefined) {
        if (status.kind === "link") throw companionIsLink(directory);
        // Empty where whoever made it is dead, or busy: then its token fails, and it tries again.
        await client.removeDirectory(directory).catch(unlessRefused);
        return false;
      }
      if (!isRemote(cause, "EACCES") || denials === DENIALS) throw await reasonOf(client, directory, cause);
      await sleep(DENIAL_PAUSE_MS);
    }
  }
}

async function reasonOf(client: SftpClient, directory: string, cause: unknown): Promise<unknown> {
  if (!isRemote(cause, "failure")) return cause;
  const free = await client.freeBytes(win32.dirname(directory));
  return free === 0 ? new RemoteFailure("ENOSPC", "") : cause;
}

async function giveUp(client: SftpClient, directory: string, entry: string): Promise<void> {
  await client.remove(entry).catch(unlessGone);
  await client.removeDirectory(directory).catch(unlessRefused);
}

async function listed(client: SftpClient, directory: string): Promise<ListedName[]> {
  try {
    return await client.list(directory);
  } catch (cause) {
    if (isRemote(cause, "ENOENT")) return [];
    throw cause;
  }
}

async function describe(
  client: SftpClient,
  entry: string,
  status: { readonly size: number; readonly modifiedMs: number },
): Promise<FoundThere | undefined> {
  const found = { entry, ...signOf(entry, status) };
  try {
    const handle = await client.open(entry);
    const expected = { path: entry, expectedBytes: status.size, maximumBytes: MAXIMUM_HOLDER_BYTES };
    const bytes = await readAll(client, handle, expected).finally(() => client.closeHandle(handle));
    return { ...found, holder: parseHolder(bytes.toString("utf8")) };
  } catch (cause) {
    if (isRemote(cause, "ENOENT")) return undefined;
    // Being written, or not for us to read: then it is watched.
    if (isRemote(cause, "failure") || isRemote(cause, "EACCES")) return { ...found, holder: undefined };
    throw cause;
  }
}

function signOf(entry: string, { size, modifiedMs }: { readonly size: number; readonly modifiedMs: number }) {
  return { sign: `${entry} ${size} ${modifiedMs}`, modifiedMs };
}

async function clear(client: SftpClient, leftover: string, kind: ListedName["kind"]): Promise<void> {
  if (kind !== "directory") return patientlyAway(() => client.remove(leftover)).catch(unlessGone);
  for (const { name } of await listed(client, leftover))
    if (isToken(name)) await client.remove(win32.join(leftover, name)).catch(unlessGone);
  await client.removeDirectory(leftover).catch(unlessRefused);
}

function isToken(name: string): boolean {
  return /^[0-9a-f]{24}$/.test(name);
}

function unlessGone(cause: unknown): void {
  if (!isRemote(cause, "ENOENT")) throw cause;
}

function unlessRefused(cause: unknown): void {
  if (!(cause instanceof RemoteFailure)) throw cause;
}
