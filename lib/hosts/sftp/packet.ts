/** What is asked and answered in version 3 of the protocol (draft-ietf-secsh-filexfer-02). */
export const REQUEST = {
  init: 1,
  open: 3,
  close: 4,
  read: 5,
  write: 6,
  lstat: 7,
  openDirectory: 11,
  readDirectory: 12,
  remove: 13,
  makeDirectory: 14,
  removeDirectory: 15,
  realPath: 16,
  rename: 18,
  readLink: 19,
  extended: 200,
} as const;

export const ANSWER = {
  version: 2,
  status: 101,
  handle: 102,
  data: 103,
  name: 104,
  attributes: 105,
} as const;

/** What a server says became of a request. */
export const STATUS = {
  ok: 0,
  end: 1,
  noSuchFile: 2,
  permissionDenied: 3,
  failure: 4,
  unsupported: 8,
} as const;

/** How a file is opened. */
export const OPEN = { read: 0x01, write: 0x02, create: 0x08, exclusive: 0x20 } as const;

const HAS = { size: 0x1, owner: 0x2, permissions: 0x4, times: 0x8, extended: 0x80000000 } as const;
const KIND = { mask: 0o170000, directory: 0o040000, regular: 0o100000, link: 0o120000 } as const;
const OWNER_WRITES = 0o200;

/** What a server tells of a file. */
export interface Attributes {
  readonly kind: "file" | "directory" | "link" | "other";
  readonly size: number;
  /** In whole seconds, by the machine's clock. */
  readonly modifiedMs: number;
  /** Marked so that nobody may write it: on Windows the attribute of that name. */
  readonly isReadOnly: boolean;
}

/** A packet that does not hold what it should. */
export class PacketDamaged extends Error {
  constructor() {
    super("a packet that is none of SFTP");
    this.name = "PacketDamaged";
  }
}

/** Puts the fields of a request together. */
export class PacketWriter {
  private readonly parts: Buffer[] = [];

  number(value: number): this {
    const field = Buffer.alloc(4);
    field.writeUInt32BE(value);
    this.parts.push(field);
    return this;
  }

  long(value: number): this {
    const field = Buffer.alloc(8);
    field.writeBigUInt64BE(BigInt(value));
    this.parts.push(field);
    return this;
  }

  bytes(value: Uint8Array): this {
    this.number(value.length);
    this.parts.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
    return this;
  }

  text(value: string): this {
    return this.bytes(Buffer.from(value, "utf8"));
  }

  /** Attributes that hold permission bits, or none. */
  permissions(bits?: number): this {
    return bits === undefined ? this.number(0) : this.number(HAS.permissions).number(bits);
  }

  /** The packet of a type, with its length. */
  packet(type: number): Buffer {
    const body = Buffer.concat(this.parts);
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length + 1);
    head.writeUInt8(type, 4);
    return Buffer.concat([head, body]);
  }
}

/** Takes the fields of an answer one after the other; PacketDamaged where there are none left. */
export class PacketReader {
  private at = 0;

  constructor(private readonly body: Buffer) {}

  get hasMore(): boolean {
    return this.at < this.body.length;
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  long(): number {
    return Number(this.take(8).readBigUInt64BE());
  }

  bytes(): Buffer {
    return this.take(this.number());
  }

  text(): string {
    return this.bytes().toString("utf8");
  }

  attributes(): Attributes {
    const has = this.number();
    const size = (has & HAS.size) === 0 ? 0 : this.long();
    if ((has & HAS.owner) !== 0) this.take(8);
    const permissions = (has & HAS.permissions) === 0 ? undefined : this.number();
    const modifiedMs = (has & HAS.times) === 0 ? 0 : this.times();
    if ((has & HAS.extended) !== 0) for (let left = this.number(); left > 0; left--) this.pair();
    const isReadOnly = permissions !== undefined && (permissions & OWNER_WRITES) === 0;
    return { kind: kindOf(permissions), size, modifiedMs, isReadOnly };
  }

  private times(): number {
    this.take(4);
    return this.number() * 1_000;
  }

  private pair(): void {
    this.bytes();
    this.bytes();
  }

  private take(length: number): Buffer {
    const end = this.at + length;
    if (end > this.body.length) throw new PacketDamaged();
    const taken = this.body.subarray(this.at, end);
    this.at = end;
    return taken;
  }
}

/** A server that tells no kind has nothing but files and directories, and directories are not opened as files. */
function kindOf(permissions: number | undefined): Attributes["kind"] {
  switch ((permissions ?? KIND.regular) & KIND.mask) {
    case KIND.regular:
      return "file";
    case KIND.directory:
      return "directory";
    case KIND.link:
      return "link";
    default:
      return "other";
  }
}
