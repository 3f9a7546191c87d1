import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";

import type { HostConnection } from "../../model/hostConnection";
import type { HostError } from "../errors";
import { ChannelClosed } from "./channel";
import { notReached } from "./errors";
import { Slots } from "./slots";
import { formatSshAddress, type SshAddress } from "./sshAddress";
import { type RemoteService, sshCommand, type SshCommandOptions } from "./sshCommand";
import { startSsh } from "./startSsh";

/** Machines that are connected to at a time, and those behind one jump: each hop's sshd takes ten that log in. */
const atOnce = new Slots(10);
const behindJump = new Map<string, Slots>();
const AT_ONCE_BEHIND_JUMP = 4;
/** So that a machine that is down costs its time once, not once a file. */
const REMEMBERED_MS = 60_000;
const ATTEMPTS = 3;

/** Where a machine is and how it is reached. */
export interface Way {
  readonly place: SshAddress;
  readonly connection: HostConnection;
  readonly resolvePassword: (() => string) | undefined;
}

/** What is spoken with at the other end. */
export interface Spoken {
  readonly isOpen: boolean;
  close(): Promise<void>;
}

/** One beginning of what a connection is made for. */
export interface Beginning<Met> {
  readonly service: RemoteService;
  /** What OpenSSH says meanwhile. @default "ERROR" */
  readonly logLevel?: SshCommandOptions["logLevel"];
  /** @throws ChannelClosed where it does not show up */
  readonly meet: (program: ChildProcess) => Promise<Met>;
}

/** The one connection of this process to a machine as one user: opened when it is needed, and again after it was lost. */
export class SshConnection<Other extends Spoken> {
  readonly address: string;
  private connecting: Promise<Other> | undefined;
  private other: Other | undefined;
  private failure: { readonly error: unknown; readonly atMs: number } | undefined;

  constructor(
    private readonly way: Way,
    private readonly begin: () => Beginning<Other>,
  ) {
    this.address = formatSshAddress(way.place);
  }

  /** @throws HostError why the machine was not reached */
  async open(): Promise<Other> {
    if (this.other?.isOpen === true) return this.other;
    this.throwRemembered();
    this.connecting ??= this.connect(this.begin)
      .then((other) => (this.other = other))
      .finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  /**
   * A connection of its own beside this one, for what may hang or last.
   *
   * @throws HostError why the machine was not reached
   */
  async apart<Met>(begin: () => Beginning<Met>): Promise<Met> {
    this.throwRemembered();
    return this.connect(begin);
  }

  /** What there is just now, open or not. */
  get current(): Other | undefined {
    return this.other;
  }

  async close(): Promise<void> {
    const other = this.other ?? (await this.connecting?.catch(() => undefined));
    this.other = undefined;
    await other?.close();
  }

  private throwRemembered(): void {
    if (this.failure !== undefined && performance.now() - this.failure.atMs < REMEMBERED_MS)
      throw this.failure.error;
  }

  private async connect<Met>(begin: () => Beginning<Met>): Promise<Met> {
    try {
      const { jump } = this.way.connection;
      const connect = (): Promise<Met> => atOnce.within(() => this.attempt(begin));
      const met = await (jump === undefined ? connect() : slotsBehind(jump).within(connect));
      this.failure = undefined;
      return met;
    } catch (error) {
      this.failure = { error, atMs: performance.now() };
      throw error;
    }
  }

  private async attempt<Met>(begin: () => Beginning<Met>): Promise<Met> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.start(begin());
      } catch (error) {
        if (!(error instanceof ChannelClosed)) throw error;
        if (attempt < ATTEMPTS && isBusy(error)) {
          await sleep(200 * attempt * (1 + Math.random()));
          continue;
        }
        throw this.refused(isSilent(error) ? await this.said(error) : error, begin().service);
      }
    }
  }

  private async start<Met>({ service, meet, logLevel = "ERROR" }: Beginning<Met>): Promise<Met> {
    const { place, connection, resolvePassword } = this.way;
    const started = startSsh(
      (folder) => sshCommand(place, connection, { service, folder, logLevel }),
      resolvePassword,
    );
    try {
      return await meet(started.process);
    } finally {
      started.forget();
    }
  }

  /** OpenSSH says of some failures only at a level at which banners come too. */
  private async said(silent: ChannelClosed): Promise<ChannelClosed> {
    try {
      await (await this.start({ ...this.begin(), logLevel: "INFO" })).close();
      return silent;
    } catch (error) {
      return error instanceof ChannelClosed ? error : silent;
    }
  }

  private refused(error: ChannelClosed, service: RemoteService): HostError {
    const { place, connection } = this.way;
    const { host, port, user } = place;
    const isPinned = connection.hostKey !== undefined;
    return notReached({ address: this.address, host, port, user, isPinned }, error, service);
  }
}

function slotsBehind(jump: string): Slots {
  const known = behindJump.get(jump) ?? new Slots(AT_ONCE_BEHIND_JUMP);
  behindJump.set(jump, known);
  return known;
}

/** An sshd that takes no more logins just now says so before anything shows up, so that nothing was done. */
function isBusy({ said }: ChannelClosed): boolean {
  return /kex_exchange_identification/.test(said) && !/refused|timed out/i.test(said);
}

function isSilent({ exitCode, said, reason }: ChannelClosed): boolean {
  return reason === "not-started" && exitCode === 255 && said.trim() === "";
}
