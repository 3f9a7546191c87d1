import type { ChildProcess } from "node:child_process";

import { FrameReader } from "./frame";
import { endProgram } from "./endProgram";

/** A program with a shell at its other end: its input and its two outputs are pipes. */
export type ShellProcess = ChildProcess;

export interface ChannelOptions {
  /** Random, one a channel: 24 hexadecimal digits. */
  readonly nonce: string;
  /** How long the shell may take to show up. @default 40000 */
  readonly startTimeoutMs?: number;
  /** How long a request may take that moves no bytes. @default 60000 */
  readonly requestTimeoutMs?: number;
}

/** One thing to do at the other end. */
export interface ShellRequest {
  /** One line of shell; never made of anything but a function's name and quoted words. */
  readonly line: string;
  /** Raw bytes that the line reads from standard input, all of them whatever becomes of it. */
  readonly body?: Uint8Array;
  /** Whether it goes before all that wait, as signs of life do. @default false */
  readonly isUrgent?: boolean;
  /** @default - the channel's `requestTimeoutMs` */
  readonly timeoutMs?: number;
}

export interface ShellAnswer {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** The channel ended, or never began. What was asked last may have been done. */
export class ChannelClosed extends Error {
  constructor(
    readonly reason: "not-started" | "ended" | "out-of-step" | "deadline",
    /** What the program and the shell said last. */
    readonly said: string,
    readonly exitCode: number | null,
  ) {
    super(`the channel is closed (${reason}): ${said}`);
    this.name = "ChannelClosed";
  }
}

interface Waiting {
  readonly request: ShellRequest;
  readonly resolve: (answer: ShellAnswer) => void;
  readonly reject: (error: Error) => void;
}

const keptNoiseBytes = 4_096;
/** A line so slow that it is as good as dead. */
const slowestBytesPerMs = 2;
const outOfStep = 99;

/**
 * A POSIX shell behind two pipes, as a sequence of requests and answers.
 *
 * Both outputs end an answer with a mark of their own, so that any bytes come through, and each request starts with
 * the nonce, so that bytes out of step end the shell instead of being run.
 */
export class ShellChannel {
  private readonly out = new FrameReader();
  private readonly error = new FrameReader();
  private readonly queue: Waiting[] = [];
  private current: (Waiting & { readonly mark: string; status?: ShellAnswer }) | undefined;
  private timer: NodeJS.Timeout | undefined;
  private count = 0;
  private closed: ChannelClosed | undefined;
  private hasShown = false;
  private hasStarted = false;
  private exitCode: number | null = null;

  private constructor(
    private readonly program: ShellProcess,
    private readonly options: Required<ChannelOptions>,
  ) {}

  /**
   * Waits until the shell shows up; what comes before it is noise of login scripts.
   *
   * @throws ChannelClosed with what came instead
   */
  static async open(program: ShellProcess, options: ChannelOptions): Promise<ShellChannel> {
    const channel = new ShellChannel(program, {
      startTimeoutMs: 40_000,
      requestTimeoutMs: 60_000,
      ...options,
    });
    await channel.start();
    return channel;
  }

  get isOpen(): boolean {
    return this.closed === undefined;
  }

  /** @throws ChannelClosed */
  run(request: ShellRequest): Promise<ShellAnswer> {
    return new Promise((resolve, reject) => {
      if (this.closed !== undefined) return reject(this.closed);
      const waiting = { request, resolve, reject };
      if (request.isUrgent === true) this.queue.unshift(waiting);
      else this.queue.push(waiting);
      this.next();
    });
  }

  /** Lets the shell end, which releases what it holds, and waits until it has. */
  async close(): Promise<void> {
    this.fail("ended", "closed by this run");
    await endProgram(this.program);
  }

  private start(): Promise<void> {
    const { program } = this;
    return new Promise((resolve, reject) => {
      this.current = {
        request: { line: "" },
        mark: this.options.nonce,
        resolve: () => resolve(),
        reject,
      };
      program.on("error", (cause) => this.end("not-started", cause.message));
      program.on("close", (code) => {
        this.exitCode = code;
        this.end(this.hasStarted ? "ended" : "not-started");
      });
      program.stdin?.on("error", () => undefined);
      program.stdout?.on("data", (piece: Buffer) => this.receive(this.out, piece));
      program.stderr?.on("data", (piece: Buffer) => this.receive(this.error, piece));
      this.setDeadline(this.options.startTimeoutMs);
    });
  }

  private receive(reader: FrameReader, piece: Buffer): void {
    reader.push(piece);
    if (!this.hasStarted) {
      this.lookForStart();
    } else if (this.current === undefined) {
      reader.trim(keptNoiseBytes);
    } else {
      this.lookForAnswer(this.current);
    }
  }

  private lookForStart(): void {
    this.hasShown ||= this.out.take(this.options.nonce) !== undefined;
    if (!this.hasShown || this.error.take(this.options.nonce) === undefined) return;
    this.hasStarted = true;
    this.finish({ status: 0, stdout: Buffer.alloc(0), stderr: "" });
  }

  private lookForAnswer(current: NonNullable<typeof this.current>): void {
    if (current.status === undefined) {
      const found = this.out.take(`${current.mark} `);
      if (found === undefined) return;
      current.status = { status: Number(found.words), stdout: found.bytes, stderr: "" };
    }
    const said = this.error.take(current.mark);
    if (said === undefined) return;
    this.finish({ ...current.status, stderr: said.bytes.toString("utf8") });
  }

  private finish(answer: ShellAnswer): void {
    const { current } = this;
    clearTimeout(this.timer);
    this.current = undefined;
    current?.resolve(answer);
    // So that a run that waits for nothing else can end.
    this.keepAlive(false);
    this.next();
  }

  private next(): void {
    if (this.current !== undefined || this.closed !== undefined) return;
    const waiting = this.queue.shift();
    if (waiting === undefined) return;
    const { nonce, requestTimeoutMs } = this.options;
    const { line, body, timeoutMs = requestTimeoutMs } = waiting.request;
    const mark = `${nonce}.${++this.count}`;
    this.current = { ...waiting, mark };
    this.keepAlive(true);
    this.setDeadline(timeoutMs + (body?.length ?? 0) / slowestBytesPerMs);
    const input = body === undefined ? " </dev/null" : "";
    const framed = `${nonce}{ ${line}; }${input}; r=$?; echo; echo ${mark} $r; echo >&2; echo ${mark} >&2\n`;
    this.program.stdin?.write(framed);
    if (body !== undefined) this.program.stdin?.write(body);
  }

  private setDeadline(milliseconds: number): void {
    this.timer = setTimeout(() => {
      this.end("deadline");
      this.program.kill("SIGKILL");
    }, milliseconds);
  }

  private end(reason: ChannelClosed["reason"], cause?: string): void {
    const isOutOfStep = this.exitCode === outOfStep && this.hasStarted;
    this.fail(
      isOutOfStep ? "out-of-step" : reason,
      cause ?? `${this.error.text()}\n${this.out.text()}`.trim(),
    );
  }

  private fail(reason: ChannelClosed["reason"], said: string): void {
    if (this.closed !== undefined) return;
    clearTimeout(this.timer);
    this.closed = new ChannelClosed(reason, said.slice(-keptNoiseBytes), this.exitCode);
    for (const { reject } of [...(this.current === undefined ? [] : [this.current]), ...this.queue.splice(0)])
      reject(this.closed);
    this.current = undefined;
  }

  /** An open channel that does nothing keeps no process from ending; its end is what the shell waits for. */
  private keepAlive(isBusy: boolean): void {
    const parts = [this.program, this.program.stdin, this.program.stdout, this.program.stderr] as readonly {
      ref?: () => void;
      unref?: () => void;
    }[];
    for (const part of parts) (isBusy ? part?.ref : part?.unref)?.call(part);
  }
}
