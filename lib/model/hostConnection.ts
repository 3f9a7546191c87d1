import type { SecretReference } from "./secretReference";

/** How a machine is reached over SSH, beside its address; none of it says which machine or which files are meant. */
export interface HostConnection {
  /** Who logs in. @default - that of the address, else what OpenSSH's configuration says, else this process's user */
  readonly user?: string;
  /**
   * Machines to go through, nearest first, each `[user@]host[:port]`, separated by commas.
   *
   * @default - what OpenSSH's configuration says
   */
  readonly jump?: string;
  /**
   * File of the private key, or of the public one where an agent has the private key; relative to the project's root.
   *
   * @default - what OpenSSH's configuration and agent offer
   */
  readonly identity?: string;
  /**
   * The machine's only accepted key, as a `.pub` file has it: `ssh-ed25519 AAAA…`.
   *
   * @default - what the known_hosts files say
   */
  readonly hostKey?: string;
  /** Reference to the password, or to the passphrase of the key. @default - none is asked for */
  readonly password?: SecretReference;
  /** Whom to become through `sudo -n`, for example `root`. @default - nobody else */
  readonly sudo?: string;
}
