import type { Stats } from "node:fs";
import { lstat, open, readdir, readlink, realpath, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

import { createDirectory, replaceAtomically, syncDirectory } from "./atomicReplace";
import { fileFailed, HostError, systemCode } from "./errors";
import type { HostFile, HostFiles, ListedFile, LockOptions, ReplaceOptions } from "./hostFiles";
import { assertLockHeld, lockFile } from "./lockFile";
import { formatPlannedPath, parsePlannedPath } from "./plannedPath";

const maximumLinks = 40;

/** A directory of this machine that mirrors the absolute paths of a host; `/` is this machine itself. */
export class LocalHost implements HostFiles {
  readonly address: string;
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
    this.address = `local:${this.#root}`;
  }

  async realPath(path: string): Promise<string> {
    const { inside } = await this.#resolve(path);
    const components = inside.split(sep);
    const [first = "", ...others] = components;
    return parsePlannedPath(path).drive !== undefined && /^[A-Z]$/.test(first)
      ? formatPlannedPath({ drive: first, components: others })
      : formatPlannedPath({ components });
  }

  async sessionKey(path: string): Promise<string> {
    return `local:${await this.#locate(path)}`;
  }

  async findFile(path: string): Promise<string | undefined> {
    const planned = parsePlannedPath(path);
    const file = this.#mirrorPath(path);
    const wanted = basename(file).toLowerCase();
    const names = await this.#names(dirname(file), path);
    const found = names.filter((name) => name.toLowerCase() === wanted).sort();
    if (found.length > 1) {
      throw new HostError(
        "path-ambiguous",
        `${path}: ${found.join(" and ")} are both there and differ in case only. Remove the one that the product does not read.`,
      );
    }
    const [name] = found;
    if (name === undefined) return undefined;
    return formatPlannedPath({ ...planned, components: [...planned.components.slice(0, -1), name] });
  }

  async readFile(path: string): Promise<HostFile | undefined> {
    const file = await this.#locate(path);
    let handle;
    try {
      handle = await open(file, "r");
    } catch (cause) {
      if (systemCode(cause) === "ENOENT") return undefined;
      throw fileFailed("read", path, cause);
    }
    try {
      const status = await handle.stat();
      assertRegular(status, path);
      return {
        bytes: await handle.readFile(),
        mode: status.mode & 0o7777,
        ownerId: status.uid,
        groupId: status.gid,
      };
    } catch (cause) {
      throw fileFailed("read", path, cause);
    } finally {
      await handle.close();
    }
  }

  async listBeside(path: string): Promise<ListedFile[]> {
    const directory = dirname(await this.#locate(path));
    const listed = await Promise.all(
      (await this.#names(directory, path)).map(async (name) => {
        const status = await lstat(join(directory, name)).catch(() => undefined);
        return status?.isFile() === true ? { name, modifiedMs: status.mtimeMs } : undefined;
      }),
    );
    return listed.filter((file) => file !== undefined);
  }

  async replaceFile(path: string, bytes: Uint8Array, options: ReplaceOptions = {}): Promise<void> {
    const file = await this.#locate(path);
    assertLockHeld(file, path);
    try {
      const status = await statOrUndefined(file);
      if (status !== undefined) assertRegular(status, path);
      if (options.createParents === true) await createDirectory(dirname(file));
      await replaceAtomically(file, bytes, options);
    } catch (cause) {
      throw fileFailed("write", path, cause);
    }
  }

  async removeFile(path: string): Promise<boolean> {
    const file = await this.#locate(path);
    assertLockHeld(file, path);
    try {
      const status = await statOrUndefined(file);
      if (status === undefined) return false;
      assertRegular(status, path);
      await unlink(file);
      await syncDirectory(dirname(file));
      return true;
    } catch (cause) {
      throw fileFailed("remove", path, cause);
    }
  }

  async withLock<T>(path: string, action: () => Promise<T>, options: LockOptions = {}): Promise<T> {
    const file = await this.#locate(path);
    try {
      if (options.createParents === true) await createDirectory(dirname(file));
    } catch (cause) {
      throw fileFailed("lock", path, cause);
    }
    return lockFile(file, path, action, options);
  }

  /** Where the file is on this machine, before symbolic links are followed. */
  #mirrorPath(path: string): string {
    const { drive, components } = parsePlannedPath(path);
    if (drive !== undefined && this.#root === sep) {
      throw new HostError(
        "path-not-absolute",
        `${path}: local:/ is this machine, which has no drives. Write a POSIX path, or mirror the host in a directory.`,
      );
    }
    return join(this.#root, ...(drive === undefined ? [] : [drive]), ...components);
  }

  /** Where the file is on this machine, behind all symbolic links; refused where they lead out of the mirror. */
  async #locate(path: string): Promise<string> {
    return (await this.#resolve(path)).file;
  }

  async #resolve(path: string): Promise<{ file: string; inside: string }> {
    const start = this.#mirrorPath(path);
    let file: string;
    let inside: string;
    try {
      file = await followLinks(start);
      inside = relative(await followLinks(this.#root), file);
    } catch (cause) {
      throw fileFailed("find", path, cause);
    }
    if (inside === "" || inside === ".." || inside.startsWith(`..${sep}`)) {
      throw new HostError(
        "path-outside-host",
        `${path}: a symbolic link leads to ${file}, outside ${this.#root}, which stands for the host. Make the link relative and inside that directory, or declare the host as local:/ if this machine is meant.`,
      );
    }
    return { file, inside };
  }

  async #names(directory: string, path: string): Promise<string[]> {
    try {
      return await readdir(directory);
    } catch (cause) {
      if (systemCode(cause) === "ENOENT") return [];
      throw fileFailed("list the directory of", path, cause);
    }
  }
}

/** `realpath`, but a missing file, or one missing behind a link, yields the path it would have. */
async function followLinks(file: string, remaining = maximumLinks): Promise<string> {
  try {
    return await realpath(file);
  } catch (cause) {
    if (systemCode(cause) !== "ENOENT") throw cause;
    const parent = await followLinks(dirname(file), remaining);
    const target = await readlink(file).catch(() => undefined);
    if (target === undefined) return join(parent, basename(file));
    if (remaining === 0)
      throw Object.assign(new Error(`too many symbolic links: ${file}`), { code: "ELOOP", cause });
    return followLinks(resolve(parent, target), remaining - 1);
  }
}

async function statOrUndefined(file: string): Promise<Stats | undefined> {
  try {
    return await stat(file);
  } catch (cause) {
    if (systemCode(cause) === "ENOENT") return undefined;
    throw cause;
  }
}

function assertRegular(status: Stats, path: string): void {
  if (status.isFile()) return;
  if (status.isDirectory()) {
    throw new HostError(
      "is-directory",
      `${path} is a directory. Give the path of a file. Nothing was changed.`,
    );
  }
  throw new HostError(
    "not-a-file",
    `${path} is a device, a pipe or a socket. Give the path of a regular file. Nothing was changed.`,
  );
}
