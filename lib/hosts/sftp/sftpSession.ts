import { HostError } from "../errors";
import { ChannelClosed } from "../ssh/channel";
import { SshConnection, type Way } from "../ssh/connection";
import { connectionLost } from "../ssh/errors";
import { SftpClient } from "./client";
import { PacketDamaged } from "./packet";

/** The one SFTP client of this process on a machine as one user. */
export class SftpSession {
  private readonly connection: SshConnection<SftpClient>;

  constructor(way: Way) {
    this.connection = new SshConnection(way, () => ({
      service: { kind: "subsystem", name: "sftp" },
      meet: (program) => SftpClient.start(program),
    }));
  }

  get address(): string {
    return this.connection.address;
  }

  /** The client while it is connected. */
  get current(): SftpClient | undefined {
    const { current } = this.connection;
    return current?.isOpen === true ? current : undefined;
  }

  /**
   * Does something there.
   *
   * @throws RemoteFailure; HostError why the machine was not reached, or `connection-lost`
   */
  async call<T>(action: (client: SftpClient) => Promise<T>): Promise<T> {
    const client = await this.connection.open();
    try {
      return await action(client);
    } catch (error) {
      if (error instanceof ChannelClosed) throw connectionLost(this.address, error, error.reason);
      if (error instanceof PacketDamaged) throw notSftp(this.address);
      throw error;
    }
  }

  /** As `call`, of what may be done twice: again after a connection that was lost. */
  async ask<T>(action: (client: SftpClient) => Promise<T>): Promise<T> {
    try {
      return await this.call(action);
    } catch (error) {
      if (!(error instanceof HostError) || error.code !== "connection-lost") throw error;
      return this.call(action);
    }
  }

  close(): Promise<void> {
    return this.connection.close();
  }
}

function notSftp(address: string): HostError {
  return new HostError(
    "host-shell",
    `${address} answers with what is none of version 3 of SFTP. Let its sshd_config have the line Subsystem sftp sftp-server.exe, and run again: it looks first.`,
  );
}
