import type { Duplex } from "node:stream";

import { HostError } from "./errors";

/** A command, as a step of an activation has it. */
export interface HostCommand {
  /** Program and words as they are: no shell reads them. Who wants one writes `["sh", "-c", "…"]`. */
  readonly argv: readonly string[];
  /** When it is ended together with all that it has started and that did not leave its process group. */
  readonly timeoutMs: number;
  /** Told what it prints on either output while it runs; hostile text. */
  readonly onOutput?: (text: string) => void;
}

/** What became of a command. */
export interface CommandOutcome {
  /** Exit status: 127 where there is no such program. Undefined where it did not end by itself in time, or by a signal. */
  readonly status: number | undefined;
  readonly timedOut: boolean;
  /** What ended it, for example `SIGKILL`. Over SSH a status of 128 and more is taken for the signal that shells mean by it. */
  readonly signal?: string;
  /** Last part of both outputs, at most 8 KiB, as UTF-8; hostile text. */
  readonly output: string;
  readonly milliseconds: number;
}

/** What can be done on a machine beside its files. */
export interface HostProcesses {
  /**
   * Runs a command with an empty standard input, and waits until it has ended, whoever still holds its outputs.
   *
   * @throws HostError `command-argv` for words that are none, `outcome-unknown` where the connection ended meanwhile, or
   * why the machine was not reached
   */
  run(command: HostCommand): Promise<CommandOutcome>;
  /**
   * A TCP connection that starts on the machine.
   *
   * @throws HostError `connect-failed`, `forward-refused` where the machine lets this user start none, or why the machine
   * was not reached
   */
  connect(host: string, port: number, timeoutMs: number): Promise<Duplex>;
}

/** How long what is ended has to do so by itself. */
export const GRACE_SECONDS = 5;

const MAXIMUM_OUTPUT_BYTES = 8 * 1_024;

/** The last part of what a command prints. */
export class OutputTail {
  private bytes = Buffer.alloc(0);

  push(piece: Uint8Array): void {
    this.bytes = Buffer.from(Buffer.concat([this.bytes, piece]).subarray(-MAXIMUM_OUTPUT_BYTES));
  }

  /** Without the rest of a character that was cut in two. */
  text(): string {
    const start =
      this.bytes.length < MAXIMUM_OUTPUT_BYTES ? 0 : this.bytes.findIndex((byte) => byte >> 6 !== 2);
    return this.bytes.toString("utf8", Math.max(start, 0));
  }
}

/**
 * Insists on a program and words that a machine can be handed.
 *
 * @throws HostError `command-argv`
 */
export function requireArgv(argv: readonly string[]): readonly [string, ...string[]] {
  const [program = "", ...words] = argv;
  if (program !== "" && !program.startsWith("-") && !argv.some((word) => word.includes("\0")))
    return [program, ...words];
  throw new HostError(
    "command-argv",
    `${JSON.stringify(argv)} is no command. Write the program and each of its words on their own, ["systemctl", "restart", "tomcat"]: the program is not empty and starts with no hyphen, and no word holds a NUL. Nothing was run.`,
  );
}

/** No TCP connection came about. */
export function connectFailed(from: string, target: string, reason: string): HostError {
  return new HostError(
    "connect-failed",
    `${from}: no connection from there to ${target}: ${reason}. See that something listens at that port, and that nothing between blocks it.`,
  );
}

/** The machine starts no TCP connection for who is logged in; nothing is known of the other end. */
export function forwardRefused(from: string, target: string, reason: string): HostError {
  return new HostError(
    "forward-refused",
    `${from}: that machine opens no connection to ${target} for this user: ${reason}. Let its sshd forward there: AllowTcpForwarding, PermitOpen, DisableForwarding in sshd_config, or "restrict" and "no-port-forwarding" in authorized_keys.`,
  );
}

/** A TCP end for people and for ssh; an IPv6 address in brackets. */
export function formatTarget(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
