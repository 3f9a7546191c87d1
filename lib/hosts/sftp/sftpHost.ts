import { win32 } from "node:path";

import { isCompanion, isOwnershipName } from "../companions";
import {
  companionIsLink,
  fileFailed,
  HostError,
  isDirectory,
  notRegular,
  notWritable,
  tooLarge,
} from "../errors";
import { Exclusions } from "../exclusion";
import type { ExclusionOptions, HostFile, HostFiles, ListedFile, ReplaceOptions } from "../hostFiles";
import { MAXIMUM_FILE_BYTES, MAXIMUM_RECORD_BYTES } from "../limits";
import { pickByCase } from "../pickByCase";
import { besidePath, fileNameOf } from "../plannedPath";
import { releaseAtExit } from "../releaseAtExit";
import { isRemote, RemoteFailure } from "../ssh/errors";
import { asidePath, repairAside } from "./aside";
import type { SftpClient } from "./client";
import { type Located, locate, makeParents, namesBeside } from "./locate";
import type { Attributes } from "./packet";
import { patiently, patientlyAway } from "./patience";
import { replaceThere } from "./replacement";
import { SftpExclusions } from "./sftpExclusions";
import type { SftpSession } from "./sftpSession";
import { readAll } from "./transfer";
import { windowsPath } from "./windowsPath";

/** A Windows machine that is reached over SSH: its files through SFTP, which is all that its OpenSSH has. */
export class SftpHost implements HostFiles {
  readonly address: string;
  /** Nothing is run there. */
  readonly processes = undefined;
  private readonly exclusions: Exclusions;
  /** Real paths as the machine spells them, by real paths in small letters. */
  private readonly spellings = new Map<string, string>();

  constructor(private readonly session: SftpSession) {
    this.address = session.address;
    this.exclusions = new Exclusions(new SftpExclusions(session));
  }

  async realPath(path: string): Promise<string> {
    return this.step("find", path, async () => (await this.locate(path)).path);
  }

  async sessionKey(path: string): Promise<string> {
    return `sftp:${this.address}:${(await this.realPath(path)).toLowerCase()}`;
  }

  async findFile(path: string): Promise<string | undefined> {
    const declared = windowsPath(path);
    const names = await this.step("list the directory of", path, () =>
      this.ask((client) => namesBeside(client, declared)),
    );
    return pickByCase(declared, names);
  }

  async readFile(path: string): Promise<HostFile | undefined> {
    return this.step("read", path, async () => {
      const { path: real } = await this.locate(path);
      if (!isCompanion(fileNameOf(real))) await this.exclusions.clearLeftovers(real);
      const bytes = await this.read(path);
      return bytes === undefined ? undefined : { bytes };
    });
  }

  async requireWritable(path: string): Promise<void> {
    const { path: real, attributes } = await this.step("find", path, () => this.locate(path));
    if (attributes?.isReadOnly === true)
      throw notWritable(path, `${real}, which is marked read-only`, undefined, this.who());
  }

  async lostByReplacing(path: string): Promise<readonly string[]> {
    const { attributes } = await this.step("find", path, () => this.locate(path));
    return attributes === undefined ? [] : ["access rights of its own (it gets those of its directory)"];
  }

  async listBeside(path: string): Promise<ListedFile[]> {
    return this.step("list the directory of", path, async () => {
      const directory = win32.dirname((await this.locate(path)).path);
      try {
        const listed = await this.ask((client) => client.list(directory));
        return listed.flatMap(({ name, kind, modifiedMs }) =>
          kind === "file" ? [{ name, modifiedMs }] : [],
        );
      } catch (cause) {
        if (isRemote(cause, "ENOENT")) return [];
        throw cause;
      }
    });
  }

  /** What the options say of mode and owner is nothing here: a file has the rights that its directory gives it. */
  /** @throws HostError `search-refused`, always: SFTP would ask for each directory, and knows no running Java */
  async search(): Promise<never> {
    throw new HostError(
      "search-refused",
      `${this.address}: a machine of Windows is not searched. Take the inventory of a copy of its folders, local:DIRECTORY, or of its files on a machine that mounts them. Nothing was read.`,
    );
  }

  async javaOptions(): Promise<undefined> {
    return undefined;
  }

  async replaceFile(path: string, bytes: Uint8Array, options: ReplaceOptions = {}): Promise<void> {
    await this.step("write", path, async () => {
      const located = await this.locate(path);
      if (located.attributes !== undefined) assertReplaceable(located.attributes, path, this.who());
      if (options.createParents === true) await this.makeParents(located.path);
      const assertAllowed = (): Promise<void> => this.exclusions.assertHeld(located.path, path);
      const read = (): Promise<Buffer | undefined> => this.read(path);
      await replaceThere({ session: this.session, located, path, bytes, assertAllowed, read });
    });
  }

  async removeFile(path: string): Promise<boolean> {
    return this.step("remove", path, async () => {
      const { path: real } = await this.locate(path);
      await this.session.call((client) => repairAside(client, real));
      const attributes = await this.ask((client) => client.look(real));
      if (attributes === undefined) return false;
      assertReplaceable(attributes, path, this.who());
      await this.exclusions.assertHeld(real, path);
      await this.session.call((client) => patientlyAway(() => client.remove(real)));
      return true;
    });
  }

  async exclusively<T>(path: string, action: () => Promise<T>, options: ExclusionOptions = {}): Promise<T> {
    const real = await this.step("lock", path, async () => {
      const located = await this.locate(path);
      if (options.createParents === true) await this.makeParents(located.path);
      return located.path;
    });
    releaseAtExit(this.exclusions);
    try {
      return await this.exclusions.within(real, path, action, options);
    } catch (cause) {
      throw cause instanceof RemoteFailure ? this.failed("lock", path, cause) : cause;
    }
  }

  private async makeParents(real: string): Promise<void> {
    await this.session.call((client) => makeParents(client, real));
  }

  /** What is in the place, or waits aside while the place is empty. */
  private async read(path: string): Promise<Buffer | undefined> {
    const { path: real, attributes } = await this.locate(path);
    return this.ask(async (client) => {
      if (attributes !== undefined) return readRegular(client, real, attributes, path);
      // Set aside by the time that it was looked for, and back or replaced by the time that it is not aside.
      for (const place of [asidePath(real), real]) {
        const found = await client.look(place);
        if (found !== undefined) return readRegular(client, place, found, path);
      }
      return undefined;
    });
  }

  /** The file that a path leads to, spelled as on the machine; a link in the place of what is kept beside is not followed. */
  private async locate(path: string): Promise<Located> {
    const declared = windowsPath(path);
    const located = await this.ask((client) => locate(client, declared, !isCompanion(fileNameOf(declared))));
    if (located.attributes === undefined) return located;
    const key = located.path.toLowerCase();
    const spelled = this.spellings.get(key) ?? (await this.spell(located.path));
    this.spellings.set(key, spelled);
    return { ...located, path: spelled };
  }

  private async spell(real: string): Promise<string> {
    const names = await this.ask((client) => namesBeside(client, real));
    const exact = fileNameOf(real);
    return names.includes(exact) ? real : besidePath(real, names.find(isSame) ?? exact);

    function isSame(name: string): boolean {
      return name.toLowerCase() === exact.toLowerCase();
    }
  }

  private ask<T>(action: (client: SftpClient) => Promise<T>): Promise<T> {
    return this.session.ask(async (client) => {
      if (client.isWindows) return action(client);
      throw new HostError(
        "path-not-absolute",
        `${this.address} is no machine of Windows and has no drives. Write paths as it does, /opt/product/conf/keystore. Nothing was changed.`,
      );
    });
  }

  private async step<T>(name: string, path: string, action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (cause) {
      throw this.failed(name, path, cause);
    }
  }

  private failed(step: string, path: string, cause: unknown): unknown {
    if (!(cause instanceof RemoteFailure)) return cause;
    switch (cause.code) {
      case "failure":
      case "in-use":
        return new HostError(
          "file-failed",
          `${step} ${path}: ${this.address} refuses it and does not say why. Windows neither replaces nor removes a file that a program has open, or that this user may not delete: stop the product, or run again when nobody reads it; look at the rights of the file. Nothing was changed.`,
        );
      case "unwritten":
        return new HostError(
          "file-failed",
          `${step} ${path}: ${this.address} does not take its bytes and does not say why. Look whether its disk is full, or a quota used up. Nothing was changed.`,
        );
      case "damaged":
        return new HostError(
          "file-failed",
          `${step} ${path}: what arrived on ${this.address} is not as long as what was sent. Run again; look at its disk. Nothing was changed.`,
        );
      default:
        return fileFailed(step, path, cause, this.who());
    }
  }

  private who(): string {
    return `the user of ${this.address}`;
  }
}

async function readRegular(
  client: SftpClient,
  real: string,
  attributes: Attributes,
  path: string,
): Promise<Buffer | undefined> {
  assertRegular(attributes, path);
  const maximumBytes = isOwnershipName(fileNameOf(real)) ? MAXIMUM_RECORD_BYTES : MAXIMUM_FILE_BYTES;
  if (attributes.size > maximumBytes) throw tooLarge(path, maximumBytes);
  const handle = await patiently(() => client.open(real));
  return readAll(client, handle, { path, expectedBytes: attributes.size, maximumBytes }).finally(() =>
    client.closeHandle(handle),
  );
}

function assertRegular({ kind }: Attributes, path: string): void {
  if (kind === "link") throw companionIsLink(path);
  if (kind === "directory") throw isDirectory(path);
  if (kind !== "file") throw notRegular(path);
}

/** Windows replaces and removes nothing that is marked read-only. */
function assertReplaceable(attributes: Attributes, path: string, who: string): void {
  assertRegular(attributes, path);
  if (attributes.isReadOnly) throw notWritable(path, `${path}, which is marked read-only`, undefined, who);
}
