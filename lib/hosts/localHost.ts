import { readlinkSync, realpathSync, type Stats } from "node:fs";
import { access, constants, lstat, readdir, unlink } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

import { replaceAtomically } from "./atomicReplace";
import { isCompanion, isOwnershipName } from "./companions";
import { createDirectory, syncDirectory } from "./directory";
import { fileFailed, HostError, notWritable } from "./errors";
import { systemCode } from "../model/systemCode";
import type { HostFile, HostFiles, ListedFile, ExclusionOptions, ReplaceOptions } from "./hostFiles";
import { localExclusions } from "./localExclusions";
import { LocalProcesses } from "./localProcesses";
import { MAXIMUM_FILE_BYTES, MAXIMUM_RECORD_BYTES } from "./limits";
import { pickByCase } from "./pickByCase";
import { formatPlannedPath, parsePlannedPath } from "./plannedPath";
import type { HostProcesses } from "./processes";
import { assertRegular, readRegularFile } from "./regularFile";

const maximumLinks = 40;

/**
 * A directory of this machine that mirrors the absolute paths of a host; `/` is this machine itself.
 *
 * Paths are followed and files read without giving way: a plan does it thousands of times, and for files of this
 * machine handing the work to another thread costs more than the work.
 */
export class LocalHost implements HostFiles {
  readonly address: string;
  readonly processes: HostProcesses | undefined;
  private readonly root: string;

  constructor(root: string) {
    this.root = resolve(root);
    this.address = `local:${this.root}`;
    this.processes = this.root === sep ? new LocalProcesses(sep) : undefined;
  }

  async realPath(path: string): Promise<string> {
    const { inside } = this.resolve(path);
    const components = inside.split(sep);
    const [first = "", ...others] = components;
    return parsePlannedPath(path).drive !== undefined && /^[A-Z]$/.test(first)
      ? formatPlannedPath({ drive: first, components: others })
      : formatPlannedPath({ components });
  }

  async sessionKey(path: string): Promise<string> {
    return `local:${this.locate(path)}`;
  }

  async findFile(path: string): Promise<string | undefined> {
    return pickByCase(path, await this.names(dirname(this.mirrorPath(path)), path));
  }

  async readFile(path: string): Promise<HostFile | undefined> {
    const file = this.locate(path);
    if (!isCompanion(basename(file))) await localExclusions.clearLeftovers(file);
    try {
      const { bytes, status } = readRegularFile(file, path, maximumBytes(file));
      return { bytes, mode: status.mode & 0o7777, ownerId: status.uid, groupId: status.gid };
    } catch (cause) {
      if (systemCode(cause) === "ENOENT") return undefined;
      throw fileFailed("read", path, cause);
    }
  }

  async requireWritable(path: string): Promise<void> {
    const file = this.locate(path);
    try {
      await access(dirname(file), constants.W_OK | constants.X_OK);
    } catch (cause) {
      if (systemCode(cause) === "ENOENT") return;
      throw notWritable(path, dirname(file), cause);
    }
    try {
      await access(file, constants.W_OK);
    } catch (cause) {
      // A file may be on a file system of its own; its mode says nothing, because it is replaced.
      if (systemCode(cause) === "EROFS") throw notWritable(path, file, cause);
    }
  }

  async lostByReplacing(): Promise<readonly string[]> {
    return [];
  }

  async listBeside(path: string): Promise<ListedFile[]> {
    const directory = dirname(this.locate(path));
    const listed = await Promise.all(
      (await this.names(directory, path)).map(async (name) => {
        const status = await lstat(join(directory, name)).catch(() => undefined);
        return status?.isFile() === true ? { name, modifiedMs: status.mtimeMs } : undefined;
      }),
    );
    return listed.filter((file) => file !== undefined);
  }

  async replaceFile(path: string, bytes: Uint8Array, options: ReplaceOptions = {}): Promise<void> {
    const file = this.locate(path);
    try {
      const status = await statOrUndefined(file);
      if (status !== undefined) assertRegular(status, path);
      if (options.createParents === true) await createDirectory(dirname(file));
      await replaceAtomically(file, bytes, options, () => localExclusions.assertHeld(file, path));
    } catch (cause) {
      // The temporary file is gone where somebody has taken the lock over at the last moment.
      await localExclusions.assertHeld(file, path);
      throw fileFailed("write", path, cause);
    }
  }

  async removeFile(path: string): Promise<boolean> {
    const file = this.locate(path);
    try {
      const status = await statOrUndefined(file);
      if (status === undefined) return false;
      assertRegular(status, path);
      await localExclusions.assertHeld(file, path);
      await unlink(file);
      await syncDirectory(dirname(file));
      return true;
    } catch (cause) {
      throw fileFailed("remove", path, cause);
    }
  }

  async exclusively<T>(path: string, action: () => Promise<T>, options: ExclusionOptions = {}): Promise<T> {
    const file = this.locate(path);
    try {
      if (options.createParents === true) await createDirectory(dirname(file));
    } catch (cause) {
      throw fileFailed("lock", path, cause);
    }
    return localExclusions.within(file, path, action, options);
  }

  /** Where the file is on this machine, before symbolic links are followed. */
  private mirrorPath(path: string): string {
    const { drive, components } = parsePlannedPath(path);
    if (drive !== undefined && this.root === sep) {
      throw new HostError(
        "path-not-absolute",
        `${path}: local:/ is this machine, which has no drives. Write a POSIX path, or mirror the host in a directory.`,
      );
    }
    return join(this.root, ...(drive === undefined ? [] : [drive]), ...components);
  }

  /**
   * Where the file is on this machine, behind all symbolic links; of a file that is kept beside another, behind
   * those of its directory only. Refused where they lead out of the mirror.
   */
  private locate(path: string): string {
    return this.resolve(path).file;
  }

  private resolve(path: string): { file: string; inside: string } {
    const start = this.mirrorPath(path);
    let file: string;
    let inside: string;
    try {
      file = isCompanion(basename(start))
        ? join(followLinks(dirname(start)), basename(start))
        : followLinks(start);
      inside = relative(followLinks(this.root), file);
    } catch (cause) {
      throw fileFailed("find", path, cause);
    }
    if (inside === "" || inside === ".." || inside.startsWith(`..${sep}`)) {
      throw new HostError(
        "path-outside-host",
        `${path}: a symbolic link leads to ${file}, outside ${this.root}, which stands for the host. Make the link relative and inside that directory, or declare the host as local:/ if this machine is meant.`,
      );
    }
    return { file, inside };
  }

  private async names(directory: string, path: string): Promise<string[]> {
    try {
      return await readdir(directory);
    } catch (cause) {
      if (systemCode(cause) === "ENOENT") return [];
      throw fileFailed("list the directory of", path, cause);
    }
  }
}

/** `realpath`, but a missing file, or one missing behind a link, yields the path it would have. */
function followLinks(file: string, remaining = maximumLinks): string {
  try {
    return realpathSync.native(file);
  } catch (cause) {
    if (systemCode(cause) !== "ENOENT") throw cause;
    const parent = followLinks(dirname(file), remaining);
    const target = targetOf(file);
    if (target === undefined) return join(parent, basename(file));
    if (remaining === 0)
      throw Object.assign(new Error(`too many symbolic links: ${file}`), { code: "ELOOP", cause });
    return followLinks(resolve(parent, target), remaining - 1);
  }
}

/** Where a symbolic link points to; undefined where there is none. */
function targetOf(link: string): string | undefined {
  try {
    return readlinkSync(link);
  } catch {
    return undefined;
  }
}

async function statOrUndefined(file: string): Promise<Stats | undefined> {
  try {
    return await lstat(file);
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw cause;
  }
}

function maximumBytes(file: string): number {
  return isOwnershipName(basename(file)) ? MAXIMUM_RECORD_BYTES : MAXIMUM_FILE_BYTES;
}
