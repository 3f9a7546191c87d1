import { randomBytes } from "node:crypto";

import { HostError } from "../errors";
import { ChannelClosed } from "./channel";
import { type Beginning, SshConnection, type Way } from "./connection";
import { connectionLost } from "./errors";
import { type CallOptions, Shell, type ShellFacts } from "./shell";
import { startCommand } from "./startCommand";

/** The one shell of this process on a machine as one user. */
export class SshSession {
  private readonly connection: SshConnection<Shell>;

  private readonly sudo: string | undefined;

  constructor(way: Way) {
    this.sudo = way.connection.sudo;
    this.connection = new SshConnection(way, () => {
      const nonce = newNonce();
      return {
        service: { kind: "command", line: startCommand(nonce, way.connection.sudo) },
        meet: (program) => Shell.start(program, this.address, nonce),
      };
    });
  }

  get address(): string {
    return this.connection.address;
  }

  /** @throws HostError why the machine was not reached */
  open(): Promise<Shell> {
    return this.connection.open();
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
  async ask(name: string, words: readonly (string | number)[], options: CallOptions = {}): Promise<Buffer> {
    try {
      return await this.call(name, words, options);
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== "connection-lost") throw error;
      return this.call(name, words, options);
    }
  }

  /** Who we are there, once it is known. */
  get facts(): ShellFacts | undefined {
    return this.connection.current?.facts;
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

  /**
   * A connection of its own beside the shell, for what may hang or last.
   *
   * @throws HostError why the machine was not reached
   */
  apart<T>(begin: (nonce: string, sudo: string | undefined) => Beginning<T>): Promise<T> {
    return this.connection.apart(() => begin(newNonce(), this.sudo));
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

/** What nothing at the other end can say by chance. */
function newNonce(): string {
  return randomBytes(12).toString("hex");
}
