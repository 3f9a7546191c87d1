import { StringDecoder } from "node:string_decoder";
import { setTimeout as sleep } from "node:timers/promises";

import { type CommandOutcome, GRACE_SECONDS, type HostCommand, OutputTail } from "../processes";
import { ChannelClosed, type ShellProcess } from "./channel";
import { FrameReader } from "./frame";
import { MarkedOutput } from "./markedOutput";
import { shellWord } from "./shellWord";

const START_TIMEOUT_MS = 40_000;
const KEPT_WORDS_BYTES = 4_096;
/** How long a machine may take to say that it has ended a command, beside the time that the command is given. */
const ANSWER_MS = 20_000;
/** How long ssh may take to end by itself; a daemon that holds the outputs keeps it. */
const CLOSE_MS = 300;

/**
 * A shell at the other end that runs one command.
 *
 * It says how the command ended on a line of its own. A line that we send, or the end of the connection, ends the
 * command with all of its process group, which is that of the whole connection: OpenSSH starts each in a session of
 * its own.
 */
export class RemoteRunner {
  private readonly error = new FrameReader();
  private exited = false;

  private constructor(
    private readonly program: ShellProcess,
    private readonly nonce: string,
  ) {
    program.stdin?.on("error", () => undefined);
    program.once("close", () => (this.exited = true));
  }

  /**
   * Waits until the shell has shown up; what comes before it is noise of login scripts.
   *
   * @throws ChannelClosed with what came instead
   */
  static start(program: ShellProcess, nonce: string): Promise<RemoteRunner> {
    const runner = new RemoteRunner(program, nonce);
    return runner.shownUp().then(() => runner);
  }

  /** @throws ChannelClosed where the connection ends before the command has, as far as is known */
  async run({
    argv,
    timeoutMs,
    onOutput,
  }: HostCommand & { readonly argv: readonly string[] }): Promise<CommandOutcome> {
    const startedMs = performance.now();
    const tail = new OutputTail();
    const decoder = new StringDecoder("utf8");
    const output = new MarkedOutput(`${this.nonce}.`, (piece) => {
      tail.push(piece);
      onOutput?.(decoder.write(piece));
    });
    const stop = setTimeout(() => this.program.stdin?.write("\n"), timeoutMs);
    try {
      const ended = this.waitForMark(output, timeoutMs + GRACE_SECONDS * 1_000 + ANSWER_MS);
      this.program.stdin?.write(`${this.nonce}${runnerLine(this.nonce, argv)}\n`);
      return {
        ...parseEnd(await ended),
        output: tail.text(),
        milliseconds: Math.round(performance.now() - startedMs),
      };
    } finally {
      clearTimeout(stop);
    }
  }

  /** Ends the connection, whoever still holds its outputs. */
  async close(): Promise<void> {
    const { program } = this;
    program.stdin?.end();
    const closed = new Promise<void>((done) => (this.exited ? done() : program.once("close", () => done())));
    await Promise.race([closed, sleep(CLOSE_MS, undefined, { ref: false })]);
    if (!this.exited) program.kill("SIGTERM");
    // What stands behind a jump may hold the other ends.
    program.stdout?.destroy();
    program.stderr?.destroy();
  }

  private shownUp(): Promise<void> {
    const { program, nonce } = this;
    const out = new FrameReader();
    return new Promise((resolve, reject) => {
      let isShown = false;
      const settle = (reason?: ChannelClosed["reason"], cause?: string): void => {
        clearTimeout(patience);
        program.stdout?.removeAllListeners("data");
        if (reason === undefined) return resolve();
        const said = cause ?? `${this.error.text()}\n${out.text()}`.trim();
        reject(new ChannelClosed(reason, said.slice(-KEPT_WORDS_BYTES), program.exitCode));
      };
      const patience = setTimeout(() => {
        settle("deadline");
        program.kill("SIGKILL");
      }, START_TIMEOUT_MS);
      let isHeard = false;
      const look = (): void => {
        isShown ||= out.take(nonce) !== undefined;
        isHeard ||= this.error.take(nonce) !== undefined;
        if (isShown && isHeard) settle();
      };
      program.once("error", (cause) => settle("not-started", cause.message));
      program.once("close", () => settle("not-started"));
      program.stdout?.on("data", (piece: Buffer) => {
        out.push(piece);
        look();
      });
      program.stderr?.on("data", (piece: Buffer) => {
        this.error.push(piece);
        if (isShown && isHeard) this.error.trim(KEPT_WORDS_BYTES);
        else look();
      });
    });
  }

  private waitForMark(output: MarkedOutput, timeoutMs: number): Promise<string> {
    const { program } = this;
    return new Promise((resolve, reject) => {
      const fail = (reason: ChannelClosed["reason"]): void => {
        clearTimeout(patience);
        reject(new ChannelClosed(reason, this.error.text().slice(-KEPT_WORDS_BYTES), program.exitCode));
      };
      const patience = setTimeout(() => fail("deadline"), timeoutMs);
      program.once("close", () => fail("ended"));
      if (this.exited) fail("ended");
      program.stdout?.on("data", (piece: Buffer) => {
        const mark = output.push(piece);
        if (mark === undefined) return;
        clearTimeout(patience);
        resolve(mark);
      });
    });
  }
}

/**
 * Runs the words, waits for them in the foreground so that they get signals as usual, and says how they ended. Beside it
 * a subshell waits for a line or the end of its input, which neither the command nor the runner reads.
 */
function runnerLine(nonce: string, argv: readonly string[]): string {
  const watcher =
    `IFS= read -r l; trap '' TERM HUP PIPE; kill -TERM 0; sleep ${GRACE_SECONDS}; ` +
    `echo "\${NL}${nonce}.stopped"; kill -KILL 0`;
  return [
    `NL=$(printf '\\nx'); NL=\${NL%x}; set -- ${argv.map(shellWord).join(" ")}`,
    `exec 3<&0`,
    `( ${watcher} ) <&3 3<&- & w=$!`,
    // From here on, so that the subshell, which is to be ended, has what is usual.
    `trap : TERM`,
    // Not in a subshell of this one: ksh93 makes none, and would take the command's signals for its own. The outputs are
    // joined within, so that what this shell says of the signal is not among them.
    `sh -c 'exec "$@" 2>&1' sh "$@" </dev/null 3<&-; s=$?`,
    `kill $w 2>/dev/null; wait $w 2>/dev/null`,
    `echo "\${NL}${nonce}.ended $s $(kill -l $s 2>/dev/null)"; exit`,
  ].join("; ");
}

/** `ended 0 `, `ended 137 KILL` or `stopped`. */
function parseEnd(mark: string): Pick<CommandOutcome, "status" | "timedOut" | "signal"> {
  const [word, status, signal] = mark.split(" ");
  if (word === "stopped") return { status: undefined, timedOut: true };
  if (Number(status) > 128 && signal !== undefined && /^[A-Z]/.test(signal))
    return { status: undefined, timedOut: false, signal: `SIG${signal.replace(/^SIG/, "")}` };
  return { status: Number(status), timedOut: false };
}
