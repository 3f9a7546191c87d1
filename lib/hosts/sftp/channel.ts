import type { ChildProcess } from "node:child_process";

import { ChannelClosed } from "../ssh/channel";
import { ANSWER, PacketDamaged, PacketReader, PacketWriter, REQUEST } from "./packet";
import { PacketStream } from "./packetStream";
import { endProgram } from "../ssh/endProgram";

export interface SftpChannelOptions {
  /** How long the server may take to show up. @default 40000 */
  readonly startTimeoutMs?: number;
  /** How long nothing may come while something is asked. @default 60000 */
  readonly silenceTimeoutMs?: number;
}

/** An answer by its type; what it holds is read from its fields. */
export interface SftpAnswer {
  readonly type: number;
  readonly fields: PacketReader;
}

interface Waiting {
  readonly resolve: (answer: SftpAnswer) => void;
  readonly reject: (error: Error) => void;
}

const VERSION = 3;
const KEPT_NOISE_BYTES = 4_096;

/** An SFTP server behind two pipes: requests go at once and are answered by their number. */
export class SftpChannel {
  private readonly answers = new PacketStream();
  private readonly waiting = new Map<number, Waiting>();
  private readonly options: Required<SftpChannelOptions>;
  private said = "";
  private count = 0;
  private timer: NodeJS.Timeout | undefined;
  private closed: ChannelClosed | undefined;
  private started: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  private offered: ReadonlySet<string> = new Set();

  private constructor(
    private readonly program: ChildProcess,
    options: SftpChannelOptions,
  ) {
    this.options = { startTimeoutMs: 40_000, silenceTimeoutMs: 60_000, ...options };
  }

  /** @throws ChannelClosed with what came instead of a server */
  static async open(program: ChildProcess, options: SftpChannelOptions = {}): Promise<SftpChannel> {
    const channel = new SftpChannel(program, options);
    await channel.start();
    return channel;
  }

  get isOpen(): boolean {
    return this.closed === undefined;
  }

  /** Whether the server has an extension of this name. */
  offers(extension: string): boolean {
    return this.offered.has(extension);
  }

  /**
   * Sends a request before it returns.
   *
   * @throws ChannelClosed
   */
  ask(type: number, fill: (fields: PacketWriter) => void): Promise<SftpAnswer> {
    return new Promise((resolve, reject) => {
      if (this.closed !== undefined) return reject(this.closed);
      const id = (this.count = (this.count + 1) % 2 ** 32);
      const fields = new PacketWriter().number(id);
      fill(fields);
      if (this.waiting.size === 0) this.setDeadline(this.options.silenceTimeoutMs);
      this.waiting.set(id, { resolve, reject });
      this.keepAlive(true);
      this.program.stdin?.write(fields.packet(type));
    });
  }

  /** Lets the server end, and waits until it has. */
  async close(): Promise<void> {
    this.fail("ended", "closed by this run");
    await endProgram(this.program);
  }

  private start(): Promise<void> {
    const { program } = this;
    return new Promise((resolve, reject) => {
      this.started = { resolve, reject };
      program.on("error", (cause) => this.fail("not-started", cause.message));
      program.on("close", (code) =>
        this.fail(this.started === undefined ? "ended" : "not-started", "", code),
      );
      program.stdin?.on("error", () => undefined);
      program.stdout?.on("data", (piece: Buffer) => this.receive(piece));
      program.stderr?.on("data", (piece: Buffer) => {
        this.said = (this.said + piece.toString("utf8")).slice(-KEPT_NOISE_BYTES);
      });
      this.setDeadline(this.options.startTimeoutMs);
      program.stdin?.write(new PacketWriter().number(VERSION).packet(REQUEST.init));
    });
  }

  private receive(piece: Buffer): void {
    this.answers.push(piece);
    try {
      for (let packet = this.answers.take(); packet !== undefined; packet = this.answers.take())
        this.dispatch(packet);
    } catch (cause) {
      if (!(cause instanceof RangeError) && !(cause instanceof PacketDamaged)) throw cause;
      this.fail("out-of-step", `${this.said}\n${this.answers.text()}`);
      this.program.kill("SIGKILL");
    }
  }

  private dispatch(packet: Buffer): void {
    const type = packet.readUInt8();
    const fields = new PacketReader(packet.subarray(1));
    if (type === ANSWER.version) return this.welcome(fields);
    const id = fields.number();
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    clearTimeout(this.timer);
    if (this.waiting.size > 0) this.setDeadline(this.options.silenceTimeoutMs);
    // So that a run that waits for nothing else can end.
    else this.keepAlive(false);
    waiting?.resolve({ type, fields });
  }

  private welcome(fields: PacketReader): void {
    fields.number();
    const offered = new Set<string>();
    while (fields.hasMore) {
      offered.add(fields.text());
      fields.bytes();
    }
    this.offered = offered;
    clearTimeout(this.timer);
    this.started?.resolve();
    this.started = undefined;
    this.keepAlive(false);
  }

  private setDeadline(milliseconds: number): void {
    this.timer = setTimeout(() => {
      this.fail("deadline", "");
      this.program.kill("SIGKILL");
    }, milliseconds);
  }

  private fail(reason: ChannelClosed["reason"], said: string, exitCode: number | null = null): void {
    if (this.closed !== undefined) return;
    clearTimeout(this.timer);
    const words = said === "" ? `${this.said}\n${this.answers.text()}`.trim() : said;
    this.closed = new ChannelClosed(reason, words.slice(-KEPT_NOISE_BYTES), exitCode);
    this.started?.reject(this.closed);
    for (const { reject } of this.waiting.values()) reject(this.closed);
    this.waiting.clear();
  }

  /** An open channel that does nothing keeps no process from ending; its end is what the server waits for. */
  private keepAlive(isBusy: boolean): void {
    const parts = [this.program, this.program.stdin, this.program.stdout, this.program.stderr] as readonly {
      ref?: () => void;
      unref?: () => void;
    }[];
    for (const part of parts) (isBusy ? part?.ref : part?.unref)?.call(part);
  }
}
