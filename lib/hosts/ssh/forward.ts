import { Duplex } from "node:stream";

import { ChannelClosed, type ShellProcess } from "./channel";
import { FrameReader } from "./frame";

const KEPT_WORDS_BYTES = 8_192;

/**
 * Waits until ssh has reached a TCP end from its machine; gives why not, in ssh's words, where the machine was reached
 * and the end was not, or where the time was over. ssh says only in its notes that an end was reached.
 *
 * @throws ChannelClosed where the machine was not reached
 */
export function openForward(program: ShellProcess, timeoutMs: number): Promise<Duplex | string> {
  const notes = new FrameReader();
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(patience);
      program.stderr?.removeAllListeners("data").resume();
      program.removeAllListeners("close");
    };
    const patience = setTimeout(() => {
      stop();
      program.kill("SIGKILL");
      // Whoever waits for a moment only does not learn that the machine is down: ssh itself says so after a while.
      resolve(`no answer within ${timeoutMs} ms`);
    }, timeoutMs);
    program.once("error", (cause) => {
      stop();
      reject(new ChannelClosed("not-started", cause.message, null));
    });
    program.once("close", (code) => {
      stop();
      const said = withoutNotes(notes.text());
      const refused = /open failed: (.*)/.exec(said)?.[1];
      if (refused === undefined) reject(new ChannelClosed("not-started", said, code));
      else resolve(refused);
    });
    program.stderr?.on("data", (piece: Buffer) => {
      notes.push(piece);
      if (/^debug2: .*channel \d+: open confirm/m.test(notes.text())) {
        stop();
        resolve(new ForwardedConnection(program));
      } else {
        notes.trim(KEPT_WORDS_BYTES);
      }
    });
  });
}

function withoutNotes(said: string): string {
  return said
    .split(/\r?\n/)
    .filter((line) => !/^debug\d: /.test(line))
    .join("\n");
}

/** A TCP connection as ssh hands it on; it ends with ssh, and ssh with it. */
class ForwardedConnection extends Duplex {
  constructor(private readonly program: ShellProcess) {
    super();
    program.stdin?.on("error", (cause) => this.destroy(cause));
    program.stdout?.on("data", (piece: Buffer) => {
      if (!this.push(piece)) program.stdout?.pause();
    });
    program.stdout?.on("end", () => this.push(null));
    program.once("close", () => this.destroy());
  }

  override _read(): void {
    this.program.stdout?.resume();
  }

  override _write(chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.program.stdin?.write(chunk, encoding, done);
  }

  override _final(done: () => void): void {
    this.program.stdin?.end(done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.program.kill("SIGTERM");
    done(error);
  }
}
