import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import { HostError } from "../errors";
import { ChannelClosed, type ShellProcess } from "./channel";
import type { HostConnection } from "../../model/hostConnection";
import { connectionLost, notReached } from "./errors";
import { type CallOptions, Shell, type ShellFacts } from "./shell";
import { Slots } from "./slots";
import { formatSshAddress, type SshAddress } from "./sshAddress";
import { sshCommand, type SshCommandOptions, type SshPurpose } from "./sshCommand";
import { startCommand } from "./startCommand";
import { startSsh } from "./startSsh";

/** Machines that are connected to at a time, and those behind one jump: each hop's sshd takes ten that log in. */
const atOnce = new Slots(10);
const behindJump = new Map<string, Slots>();
const AT_ONCE_BEHIND_JUMP = 4;
/** So that a machine that is down costs its time once, not once a file. */
const REMEMBERED_MS = 60_000;
const ATTEMPTS = 3;

/** What a connection is made for. */
export interface SshUse<T> {
  readonly logLevel: NonNullable<SshCommandOptions["logLevel"]>;
  readonly purpose: (nonce: string, sudo: string | undefined) => SshPurpose;
  /** @throws ChannelClosed where the other end does not show up */
  readonly begin: (program: ShellProcess, nonce: string) => Promise<T>;
}

/** The one connection of this process to a machine as one user: opened when it is needed, and again after it was lost. */
export class SshSession {
  readonly address: string;
  private connecting: Promise<Shell> | undefined;
  private shell: Shell | undefined;
  private failure: { readonly error: unknown; readonly atMs: number } | undefined;

  constructor(
    private readonly place: SshAddress,
    private readonly connection: HostConnection,
    private readonly resolvePassword: (() => string) | undefined,
  ) {
    this.address = formatSshAddress(place);
  }

  /** @throws HostError why the machine was not reached */
  async open(): Promise<Shell> {
    if (this.shell?.isOpen === true) return this.shell;
    this.throwRemembered();
    this.connecting ??= this.connect(this.shellUse("ERROR"))
      .then((shell) => (this.shell = shell))
      .finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  /**
   * Calls a function of the library.
   *
   * @throws RemoteFailure; HostError why the machine was not reached, or `connection-lost`
   */
  async call(name: string, words: readonly (string | number)[], options: CallOptions = {}): Promise<Buffer> {
    const shell = await this.open();
    return this.callIn(shell, name, words, options);
  }

  /** As `call`, of what may be asked twice: again after a connection that was lost. */
  async ask(name: string, words: readonly (string | number)[]): Promise<Buffer> {
    try {
      return await this.call(name, words);
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== "connection-lost") throw error;
      return this.call(name, words);
    }
  }

  /** Who we are there, once it is known. */
  get facts(): ShellFacts | undefined {
    return this.shell?.facts;
  }

  /** As `call`, in the very shell that gave something that does not outlive it. */
  async callIn(
    shell: Shell,
    name: string,
    words: readonly (string | number)[],
    options: CallOptions = {},
  ): Promise<Buffer> {
    try {
      return await shell.call(name, words, options);
    } catch (error) {
      if (error instanceof ChannelClosed) throw connectionLost(this.address, error, error.reason);
      throw error;
    }
  }

  async close(): Promise<void> {
    const shell = this.shell ?? (await this.connecting?.catch(() => undefined));
    this.shell = undefined;
    await shell?.close();
  }

  /**
   * A connection of its own beside the shell, for what may hang or last.
   *
   * @throws HostError why the machine was not reached
   */
  async apart<T>(use: SshUse<T>): Promise<T> {
    this.throwRemembered();
    return this.connect(use);
  }

  private throwRemembered(): void {
    if (this.failure !== undefined && performance.now() - this.failure.atMs < REMEMBERED_MS)
      throw this.failure.error;
  }

  private async connect<T>(use: SshUse<T>): Promise<T> {
    try {
      const { jump } = this.connection;
      const connect = (): Promise<T> => atOnce.within(() => this.attempt(use));
      const connected = await (jump === undefined ? connect() : slotsBehind(jump).within(connect));
      this.failure = undefined;
      return connected;
    } catch (error) {
      this.failure = { error, atMs: performance.now() };
      throw error;
    }
  }

  private async attempt<T>(use: SshUse<T>): Promise<T> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.start(use);
      } catch (error) {
        if (!(error instanceof ChannelClosed)) throw error;
        if (attempt < ATTEMPTS && isBusy(error)) {
          await sleep(200 * attempt * (1 + Math.random()));
          continue;
        }
        throw this.refused(isSilent(error) ? await this.said(error) : error);
      }
    }
  }

  private shellUse(logLevel: "ERROR" | "INFO"): SshUse<Shell> {
    return {
      logLevel,
      purpose: (nonce, sudo) => ({ remoteCommand: startCommand(nonce, sudo) }),
      begin: (program, nonce) => Shell.start(program, this.address, nonce),
    };
  }

  private async start<T>({ logLevel, purpose, begin }: SshUse<T>): Promise<T> {
    const nonce = randomBytes(12).toString("hex");
    const options = { purpose: purpose(nonce, this.connection.sudo), logLevel };
    const started = startSsh(
      (folder) => sshCommand(this.place, this.connection, { ...options, folder }),
      this.resolvePassword,
    );
    try {
      return await begin(started.process, nonce);
    } finally {
      started.forget();
    }
  }

  /** OpenSSH says of some failures only at a level at which banners come too. */
  private async said(silent: ChannelClosed): Promise<ChannelClosed> {
    try {
      await (await this.start(this.shellUse("INFO"))).close();
      return silent;
    } catch (error) {
      return error instanceof ChannelClosed ? error : silent;
    }
  }

  private refused(error: ChannelClosed): HostError {
    const { host, port, user } = this.place;
    const isPinned = this.connection.hostKey !== undefined;
    return notReached({ address: this.address, host, port, user, isPinned }, error);
  }
}

function slotsBehind(jump: string): Slots {
  const known = behindJump.get(jump) ?? new Slots(AT_ONCE_BEHIND_JUMP);
  behindJump.set(jump, known);
  return known;
}

/** An sshd that takes no more logins just now says so before the shell shows up, so that nothing was done. */
function isBusy({ said }: ChannelClosed): boolean {
  return /kex_exchange_identification/.test(said) && !/refused|timed out/i.test(said);
}

function isSilent({ exitCode, said, reason }: ChannelClosed): boolean {
  return reason === "not-started" && exitCode === 255 && said.trim() === "";
}
