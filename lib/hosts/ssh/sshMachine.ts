import { HostError } from "../errors";
import type { ExclusionOptions, HostFile, HostFiles, ListedFile, ReplaceOptions } from "../hostFiles";
import { parsePlannedPath } from "../plannedPath";
import type { HostProcesses } from "../processes";
import type { SearchLimits, SearchResult } from "../search/search";
import { SftpHost } from "../sftp/sftpHost";
import { SftpSession } from "../sftp/sftpSession";
import type { Way } from "./connection";
import { SshSession } from "./session";
import { SshHost } from "./sshHost";

/** A machine over SSH. Its paths say what it is: those with a drive are reached through SFTP, others through a shell. */
export class SshMachine implements HostFiles {
  readonly address: string;
  /** Of a Windows machine too, where none of them finds a shell. */
  readonly processes: HostProcesses;
  private readonly sessions: { readonly shell: SshSession; readonly sftp: SftpSession };
  private readonly posix: SshHost;
  private readonly windows: SftpHost;
  private readonly sudo: string | undefined;

  constructor(way: Way) {
    this.sessions = { shell: new SshSession(way), sftp: new SftpSession(way) };
    this.posix = new SshHost(this.sessions.shell);
    this.windows = new SftpHost(this.sessions.sftp);
    this.address = this.posix.address;
    this.processes = this.posix.processes;
    this.sudo = way.connection.sudo;
  }

  async realPath(path: string): Promise<string> {
    return this.at(path).realPath(path);
  }

  async sessionKey(path: string): Promise<string> {
    return this.at(path).sessionKey(path);
  }

  async findFile(path: string): Promise<string | undefined> {
    return this.at(path).findFile(path);
  }

  async readFile(path: string): Promise<HostFile | undefined> {
    return this.at(path).readFile(path);
  }

  async requireWritable(path: string): Promise<void> {
    return this.at(path).requireWritable(path);
  }

  async lostByReplacing(path: string): Promise<readonly string[]> {
    return this.at(path).lostByReplacing(path);
  }

  async listBeside(path: string): Promise<ListedFile[]> {
    return this.at(path).listBeside(path);
  }

  async search(directories: readonly string[], limits?: SearchLimits): Promise<SearchResult> {
    const [windows] = directories.filter((path) => parsePlannedPath(path).drive !== undefined);
    return windows === undefined ? this.posix.search(directories, limits) : this.windows.search();
  }

  async javaOptions(): Promise<readonly string[] | undefined> {
    return this.posix.javaOptions();
  }

  async replaceFile(path: string, bytes: Uint8Array, options?: ReplaceOptions): Promise<void> {
    return this.at(path).replaceFile(path, bytes, options);
  }

  async removeFile(path: string): Promise<boolean> {
    return this.at(path).removeFile(path);
  }

  async exclusively<T>(path: string, action: () => Promise<T>, options?: ExclusionOptions): Promise<T> {
    return this.at(path).exclusively(path, action, options);
  }

  /** Ends its connections. */
  async close(): Promise<void> {
    await Promise.all([this.sessions.shell.close(), this.sessions.sftp.close()]);
  }

  private at(path: string): HostFiles {
    if (parsePlannedPath(path).drive === undefined) return this.posix;
    if (this.sudo === undefined) return this.windows;
    throw new HostError(
      "ssh-setting",
      `${path} on ${this.address}: Windows has no sudo. Log in as a user that may write there, and declare no sudo. Nothing was changed.`,
    );
  }
}
