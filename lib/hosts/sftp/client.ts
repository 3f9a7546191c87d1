import type { ChildProcess } from "node:child_process";

import { RemoteFailure } from "../ssh/errors";
import { SftpChannel, type SftpAnswer } from "./channel";
import { ANSWER, type Attributes, OPEN, PacketDamaged, type PacketWriter, REQUEST, STATUS } from "./packet";
import { fromWire, toWire } from "./windowsPath";

/** A name in a directory. */
export interface ListedName extends Attributes {
  readonly name: string;
}

/** A file that is open at the other end. */
export type Handle = Buffer;

const EXTENSION = {
  replace: "posix-rename@openssh.com",
  link: "hardlink@openssh.com",
  force: "fsync@openssh.com",
  space: "statvfs@openssh.com",
} as const;

/**
 * The files of a Windows machine, through its SFTP server, under paths as Windows writes them. Each throws RemoteFailure
 * with the system's name for what went wrong (`failure` where the server names none), and ChannelClosed.
 */
export class SftpClient {
  private constructor(
    private readonly channel: SftpChannel,
    /** Whether the machine has drives. */
    readonly isWindows: boolean,
  ) {}

  /** @throws ChannelClosed with what came instead of a server */
  static async start(program: ChildProcess): Promise<SftpClient> {
    const channel = await SftpChannel.open(program);
    const answer = await channel.ask(REQUEST.realPath, (fields) => fields.text("."));
    const home = expect(answer, ANSWER.name);
    home.number();
    return new SftpClient(channel, /^\/?[A-Za-z]:/.test(home.text()));
  }

  get isOpen(): boolean {
    return this.channel.isOpen;
  }

  /** Whether a file can be put into the place of another in one step, while a second name keeps the old one. */
  get replacesLinked(): boolean {
    return this.channel.offers(EXTENSION.replace) && this.channel.offers(EXTENSION.link);
  }

  close(): Promise<void> {
    return this.channel.close();
  }

  /** What is there, links not followed; undefined where nothing is. */
  async look(path: string): Promise<Attributes | undefined> {
    try {
      const answer = await this.channel.ask(REQUEST.lstat, (fields) => fields.text(toWire(path)));
      return expect(answer, ANSWER.attributes).attributes();
    } catch (cause) {
      if (cause instanceof RemoteFailure && cause.code === "ENOENT") return undefined;
      throw cause;
    }
  }

  /** Where a link leads to, as the server writes it. */
  async readLink(path: string): Promise<string> {
    const names = expect(
      await this.channel.ask(REQUEST.readLink, (fields) => fields.text(toWire(path))),
      ANSWER.name,
    );
    names.number();
    return fromWire(names.text());
  }

  /** Names in a directory, without itself and the one above. */
  async list(directory: string): Promise<ListedName[]> {
    const handle = await this.handle(REQUEST.openDirectory, (fields) => fields.text(toWire(directory)));
    const listed: ListedName[] = [];
    try {
      for (;;) {
        const answer = await this.channel.ask(REQUEST.readDirectory, (fields) => fields.bytes(handle));
        if (isEnd(answer)) return listed;
        const names = expect(answer, ANSWER.name);
        for (let left = names.number(); left > 0; left--) {
          const name = names.text();
          names.bytes();
          const attributes = names.attributes();
          if (name !== "." && name !== "..") listed.push({ name, ...attributes });
        }
      }
    } finally {
      await this.closeHandle(handle);
    }
  }

  open(path: string): Promise<Handle> {
    return this.handle(REQUEST.open, (fields) => fields.text(toWire(path)).number(OPEN.read).permissions());
  }

  /** Opens a file that is there, to write it from its beginning. */
  openToWrite(path: string): Promise<Handle> {
    return this.handle(REQUEST.open, (fields) => fields.text(toWire(path)).number(OPEN.write).permissions());
  }

  /** Makes a file that nobody has made; where the machine has permission bits, its owner's alone. */
  create(path: string): Promise<Handle> {
    const flags = OPEN.write | OPEN.create | OPEN.exclusive;
    return this.handle(REQUEST.open, (fields) => fields.text(toWire(path)).number(flags).permissions(0o600));
  }

  /** At most as many bytes as asked for; none at the end. */
  async read(handle: Handle, offset: number, length: number): Promise<Buffer> {
    const answer = await this.channel.ask(REQUEST.read, (fields) =>
      fields.bytes(handle).long(offset).number(length),
    );
    return isEnd(answer) ? Buffer.alloc(0) : expect(answer, ANSWER.data).bytes();
  }

  write(handle: Handle, offset: number, bytes: Uint8Array): Promise<void> {
    return this.done(REQUEST.write, (fields) => fields.bytes(handle).long(offset).bytes(bytes));
  }

  /** Forces a file to disk, where the server can. */
  async force(handle: Handle): Promise<void> {
    if (this.channel.offers(EXTENSION.force))
      await this.done(REQUEST.extended, (fields) => fields.text(EXTENSION.force).bytes(handle));
  }

  closeHandle(handle: Handle): Promise<void> {
    return this.done(REQUEST.close, (fields) => fields.bytes(handle));
  }

  remove(path: string): Promise<void> {
    return this.done(REQUEST.remove, (fields) => fields.text(toWire(path)));
  }

  makeDirectory(path: string): Promise<void> {
    return this.done(REQUEST.makeDirectory, (fields) => fields.text(toWire(path)).permissions());
  }

  /** Removes an empty directory. */
  removeDirectory(path: string): Promise<void> {
    return this.done(REQUEST.removeDirectory, (fields) => fields.text(toWire(path)));
  }

  /** Gives a file another name, which nothing may have. */
  rename(from: string, to: string): Promise<void> {
    return this.done(REQUEST.rename, (fields) => fields.text(toWire(from)).text(toWire(to)));
  }

  /** Gives a file the name of another, which is gone; only where `replacesLinked`. */
  replace(from: string, to: string): Promise<void> {
    return this.done(REQUEST.extended, (fields) =>
      fields.text(EXTENSION.replace).text(toWire(from)).text(toWire(to)),
    );
  }

  /** Gives a file a second name; only where `replacesLinked`, and not on every disk. */
  link(from: string, to: string): Promise<void> {
    return this.done(REQUEST.extended, (fields) =>
      fields.text(EXTENSION.link).text(toWire(from)).text(toWire(to)),
    );
  }

  /** How much can still be written where a path is; undefined where the server does not tell. */
  async freeBytes(path: string): Promise<number | undefined> {
    if (!this.channel.offers(EXTENSION.space)) return undefined;
    const answer = await this.channel.ask(REQUEST.extended, (fields) =>
      fields.text(EXTENSION.space).text(toWire(path)),
    );
    if (answer.type === ANSWER.status) return undefined;
    const { fields } = answer;
    fields.long();
    const blockBytes = fields.long();
    fields.long();
    fields.long();
    return blockBytes * fields.long();
  }

  private async handle(type: number, fill: (fields: PacketWriter) => void): Promise<Handle> {
    return Buffer.from(expect(await this.channel.ask(type, fill), ANSWER.handle).bytes());
  }

  private async done(type: number, fill: (fields: PacketWriter) => void): Promise<void> {
    const { type: answered, fields } = await this.channel.ask(type, fill);
    if (answered !== ANSWER.status) throw new PacketDamaged();
    const status = fields.number();
    if (status !== STATUS.ok) throw refused(status, fields.hasMore ? fields.text() : "");
  }
}

function isEnd({ type, fields }: SftpAnswer): boolean {
  if (type !== ANSWER.status) return false;
  const status = fields.number();
  if (status === STATUS.end) return true;
  throw refused(status, fields.hasMore ? fields.text() : "");
}

function expect({ type, fields }: SftpAnswer, wanted: number): SftpAnswer["fields"] {
  if (type === wanted) return fields;
  if (type !== ANSWER.status) throw new PacketDamaged();
  throw refused(fields.number(), fields.hasMore ? fields.text() : "");
}

const NAMES: Readonly<Record<number, string>> = {
  [STATUS.noSuchFile]: "ENOENT",
  [STATUS.permissionDenied]: "EACCES",
  [STATUS.failure]: "failure",
  [STATUS.unsupported]: "unsupported",
};

function refused(status: number, said: string): RemoteFailure {
  return new RemoteFailure(NAMES[status] ?? `status ${status}`, said);
}
