import { createHash, randomBytes } from "node:crypto";
import { posix } from "node:path";

import { isCompanion, isOwnershipName } from "../companions";
import {
  companionIsLink,
  fileFailed,
  HostError,
  isDirectory,
  isUnreached,
  notRegular,
  notWritable,
  tooLarge,
} from "../errors";
import { Exclusions, lockLost } from "../exclusion";
import type { ExclusionOptions, HostFile, HostFiles, ListedFile, ReplaceOptions } from "../hostFiles";
import { MAXIMUM_FILE_BYTES, MAXIMUM_RECORD_BYTES } from "../limits";
import { pickByCase } from "../pickByCase";
import { formatPlannedPath, parsePlannedPath } from "../plannedPath";
import { isRemote, outcomeUnknown, RemoteFailure } from "./errors";
import type { SshSession } from "./session";
import type { Shell, ShellFacts } from "./shell";
import { ShellExclusions } from "./shellExclusions";
import { type Looks, parseListed, parseLooks, parseNames } from "./shellFiles";

/** So that signs of life come between the pieces, whatever the line. */
const PIECE_BYTES = 2 ** 18;
const NEW_FILE_MODE = 0o600;
/** A file that is replaced again and again while it is read. */
const READ_ATTEMPTS = 3;

/** A machine that is reached over SSH; every step happens there, in one shell of its own. */
export class SshHost implements HostFiles {
  readonly address: string;
  private readonly exclusions: Exclusions;

  constructor(private readonly session: SshSession) {
    this.address = session.address;
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
    await this.step("write", path, async () => {
      const shell = await this.session.open();
      const call = (name: string, words: readonly (string | number)[], body?: Uint8Array): Promise<Buffer> =>
        this.session.callIn(shell, name, words, body === undefined ? {} : { body });
      if (options.createParents === true) await call("make_parents", this.words(path));
      const begun = await this.begin(call, path);
      const real = begun.directory + begun.name;
      const locks = this.exclusions.heldFor(real);
      try {
        for (let start = 0; start < bytes.length; start += PIECE_BYTES) {
          const piece = bytes.subarray(start, start + PIECE_BYTES);
          await call("piece", [begun.folder, begun.file, piece.length], piece);
        }
        await this.commit(
          call,
          begun,
          path,
          bytes,
          options,
          shell,
          locks.map(({ entry }) => entry),
        );
      } catch (cause) {
        if (shell.isOpen) await call("abandon", [begun.folder, begun.file]).catch(() => undefined);
        throw cause;
      }
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

  private async begin(call: Call, path: string): Promise<Begun> {
    // A name as tokens of locks have it, which every version clears away.
    const file = randomBytes(12).toString("hex");
    const answer = await call("begin", [...this.words(path), randomBytes(6).toString("hex"), file]);
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

  /** After a cut nobody knows whether the answer or the deed was lost: then it is looked at. */
  private async commit(
    call: Call,
    begun: Begun,
    path: string,
    bytes: Uint8Array,
    options: ReplaceOptions,
    shell: Shell,
    locks: readonly string[],
  ): Promise<void> {
    const { mode, owner } = plannedLooks(begun, options, shell.facts);
    const hash = createHash("sha256").update(bytes).digest("hex");
    try {
      const looks = [mode.toString(8).padStart(4, "0"), owner?.ownerId ?? "", owner?.groupId ?? ""];
      await call("commit", [begun.folder, begun.file, begun.name, bytes.length, hash, ...looks, ...locks]);
    } catch (cause) {
      if (isRemote(cause, "owner-lost")) throw ownerLost(begun, owner);
      if (!isUnreached(cause)) throw cause;
      const found = await this.read(path).catch((error: unknown) => error);
      if (found instanceof Error || typeof found !== "object" || found === null || !("file" in found))
        throw outcomeUnknown(this.address, path, "the machine could not be asked again");
      if (!(found as { file: HostFile }).file.bytes.equals(bytes)) throw cause;
    }
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

type Call = (name: string, words: readonly (string | number)[], body?: Uint8Array) => Promise<Buffer>;
type Owner = NonNullable<ReplaceOptions["owner"]>;

/** A temporary file that waits for its content. */
interface Begun {
  /** With a slash at its end, as has `folder`. */
  readonly directory: string;
  readonly name: string;
  readonly folder: string;
  readonly file: string;
  readonly above: Looks;
  readonly existing?: Looks;
}

const known = new WeakMap<SshSession, Exclusions>();

/** One for all hosts on one connection, so that they compete with each other no more than with others. */
function exclusionsOf(session: SshSession): Exclusions {
  const before = known.get(session) ?? new Exclusions(new ShellExclusions(session));
  known.set(session, before);
  return before;
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

function maximumBytes(path: string): number {
  return isOwnershipName(posix.basename(path)) ? MAXIMUM_RECORD_BYTES : MAXIMUM_FILE_BYTES;
}
