import { posix } from "node:path";

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
import { Exclusions, lockLost } from "../exclusion";
import type { ExclusionOptions, HostFile, HostFiles, ListedFile, ReplaceOptions } from "../hostFiles";
import { MAXIMUM_FILE_BYTES, MAXIMUM_RECORD_BYTES } from "../limits";
import { pickByCase } from "../pickByCase";
import { formatPlannedPath, parsePlannedPath } from "../plannedPath";
import type { HostProcesses } from "../processes";
import { isRemote, RemoteFailure } from "./errors";
import { beginReplacement, finishReplacement } from "./replacement";
import type { SshSession } from "./session";
import { ShellExclusions } from "./shellExclusions";
import { parseListed, parseLooks, parseNames } from "./shellFiles";
import { SshProcesses } from "./sshProcesses";

/** A file that is replaced again and again while it is read. */
const READ_ATTEMPTS = 3;

/** A machine that is reached over SSH; every step happens there, in one shell of its own. */
export class SshHost implements HostFiles {
  readonly address: string;
  readonly processes: HostProcesses;
  private readonly exclusions: Exclusions;

  constructor(private readonly session: SshSession) {
    this.address = session.address;
    this.processes = new SshProcesses(session);
    this.exclusions = exclusionsOf(session);
  }

  async realPath(path: string): Promise<string> {
    return this.step("find", path, () => this.locate(path));
  }

  async sessionKey(path: string): Promise<string> {
    const real = await this.realPath(path);
    const { facts } = await this.session.open();
    return `ssh:${facts.processSpace === undefined ? this.address : `${facts.machine} ${facts.processSpace}`}:${real}`;
  }

  async findFile(path: string): Promise<string | undefined> {
    const [declared] = this.words(path);
    const names = await this.step("list the directory of", path, async () =>
      parseNames(await this.session.ask("names", [declared, "beside"])),
    );
    return pickByCase(path, names);
  }

  async readFile(path: string): Promise<HostFile | undefined> {
    return this.step("read", path, async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          const { file, real } = await this.read(path);
          if (!isCompanion(posix.basename(real))) await this.exclusions.clearLeftovers(real);
          return file;
        } catch (cause) {
          if (isRemote(cause, "changed") && attempt < READ_ATTEMPTS) continue;
          if (!isRemote(cause, "ENOENT")) throw cause;
          const real = await this.locate(path);
          if (!isCompanion(posix.basename(real))) await this.exclusions.clearLeftovers(real);
          return undefined;
        }
      }
    });
  }

  async requireWritable(path: string): Promise<void> {
    try {
      await this.session.ask("writable", this.words(path));
    } catch (cause) {
      if (!isRemote(cause, "EACCES") && !isRemote(cause, "EROFS")) throw this.failed("find", path, cause);
      throw notWritable(
        path,
        await this.locate(path).then(
          (real) => posix.dirname(real),
          () => "its directory",
        ),
        cause,
        await this.who(),
      );
    }
  }

  async lostByReplacing(path: string): Promise<readonly string[]> {
    return this.step("find", path, async () => {
      const seen = (await this.session.ask("losses", this.words(path))).toString("utf8").split("\n");
      return Object.entries(LOSSES).flatMap(([word, loss]) => (seen.includes(word) ? [loss] : []));
    });
  }

  async listBeside(path: string): Promise<ListedFile[]> {
    return this.step("list the directory of", path, async () =>
      parseListed(await this.session.ask("list_beside", this.words(path))),
    );
  }

  async replaceFile(path: string, bytes: Uint8Array, options: ReplaceOptions = {}): Promise<void> {
    const { session } = this;
    await this.step("write", path, async () => {
      const words = this.words(path);
      const shell = await session.open();
      if (options.createParents === true) await session.callIn(shell, "make_parents", words);
      const begun = await beginReplacement(session, shell, words);
      const locks = this.exclusions.heldFor(begun.directory + begun.name).map(({ entry }) => entry);
      const read = async (): Promise<Buffer> => (await this.read(path)).file.bytes;
      await finishReplacement({ session, shell, begun, path, bytes, options, locks, read });
    });
  }

  async removeFile(path: string): Promise<boolean> {
    return this.step("remove", path, async () => {
      const locks = this.exclusions.heldFor(await this.locate(path)).map(({ entry }) => entry);
      try {
        await this.session.call("remove_file", [...this.words(path), ...locks]);
        return true;
      } catch (cause) {
        if (isRemote(cause, "ENOENT")) return false;
        throw cause;
      }
    });
  }

  async exclusively<T>(path: string, action: () => Promise<T>, options: ExclusionOptions = {}): Promise<T> {
    const real = await this.step("lock", path, async () => {
      if (options.createParents === true) await this.session.call("make_parents", this.words(path));
      return this.locate(path);
    });
    try {
      return await this.exclusions.within(real, path, action, options);
    } catch (cause) {
      throw cause instanceof RemoteFailure ? this.failed("lock", path, cause) : cause;
    }
  }

  private async read(path: string): Promise<{ readonly file: HostFile; readonly real: string }> {
    const words = this.words(path);
    const shell = await this.session.open();
    const answer = await this.session.ask("read_file", [...words, maximumBytes(words[0])]);
    const afterLooks = answer.indexOf(0);
    const afterPath = answer.indexOf(0, afterLooks + 1);
    const { mode, ownerId, groupId } = parseLooks(answer.toString("utf8", 0, afterLooks));
    const bytes = shell.bytesOf(Buffer.from(answer.subarray(afterPath + 1)));
    return {
      file: { bytes, mode, ownerId, groupId },
      real: answer.toString("utf8", afterLooks + 1, afterPath),
    };
  }

  private locate(path: string): Promise<string> {
    return this.session.ask("real_path", this.words(path)).then((answer) => answer.toString("utf8"));
  }

  /** The path as the machine writes it, and whether a link in its own place is followed. */
  private words(path: string): readonly [string, string] {
    const planned = parsePlannedPath(path);
    if (planned.drive !== undefined) {
      throw new HostError(
        "path-not-absolute",
        `${path}: ${this.address} is reached through a POSIX shell, which has no drives. Write a POSIX path; Windows machines cannot be reached over SSH yet.`,
      );
    }
    return [formatPlannedPath(planned), isCompanion(planned.components.at(-1) ?? "") ? "beside" : ""];
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
      case "EISDIR":
        return isDirectory(path);
      case "not-regular":
        return notRegular(path);
      case "companion-link":
        return companionIsLink(path);
      case "lock-lost":
        return lockLost(path);
      case "too-large":
        return tooLarge(path, maximumBytes(path));
      case "moved":
      case "changed":
        return new HostError(
          "file-failed",
          `${step} ${path}: somebody changed the file or a directory above it at the same moment. Run again. Nothing was changed.`,
        );
      case "damaged":
        return new HostError(
          "file-failed",
          `${step} ${path}: what arrived on ${this.address} is not what was sent. Run again; look at its disk and memory. Nothing was changed.`,
        );
      default:
        return fileFailed(step, path, cause, this.knownUser());
    }
  }

  private async who(): Promise<string> {
    await this.session.open().catch(() => undefined);
    return this.knownUser();
  }

  private knownUser(): string {
    const facts = this.session.facts;
    return facts === undefined ? `the user of ${this.address}` : `user ${facts.user} of ${this.address}`;
  }
}

/** As the library calls them. */
const LOSSES = {
  acl: "its access control list (there is neither GNU cp nor getfacl and setfacl)",
  context: "its SELinux context (there is no GNU cp)",
  attributes: "its extended attributes (there is no GNU cp)",
} as const;

const known = new WeakMap<SshSession, Exclusions>();

/** One for all hosts on one connection, so that they compete with each other no more than with others. */
function exclusionsOf(session: SshSession): Exclusions {
  const before = known.get(session) ?? new Exclusions(new ShellExclusions(session));
  known.set(session, before);
  return before;
}

function maximumBytes(path: string): number {
  return isOwnershipName(posix.basename(path)) ? MAXIMUM_RECORD_BYTES : MAXIMUM_FILE_BYTES;
}
