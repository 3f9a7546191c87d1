import type { HostFiles } from "../../hosts";

/** One command of an activation. */
export interface DeclaredStep {
  readonly argv: readonly string[];
  /** Where it runs: on the machine of the files, or where this run is. */
  readonly on: "host" | "runner";
  readonly timeoutMs: number;
}

/** What has to be seen afterwards. */
export interface DeclaredProbe {
  readonly host: string;
  readonly port: number;
  /** Where the connection starts. */
  readonly via: "runner" | "host";
  /** Name that is asked for. @default - the host */
  readonly servername?: string;
  /** Fingerprint of the certificate that is to be served, as keytool prints it. @default - any */
  readonly sha256?: string;
  /** Subjects of authorities whose certificates are to be asked for, among others. */
  readonly authorities: readonly string[];
  readonly timeoutMs: number;
}

/** A file that the product reads. */
export interface DeclaredFile {
  readonly path: string;
  /** Reference to the password; of a store. */
  readonly password?: string;
}

/** A key that must be in place before the product can start. */
export interface DeclaredNeed {
  readonly path: string;
  /** Of an entry. @default - the file as such */
  readonly alias?: string;
}

/** An activation as a configuration declares it. */
export interface DeclaredActivation {
  readonly owner: string;
  readonly name: string;
  /** As the configuration names it. */
  readonly address: string;
  readonly host: HostFiles;
  readonly files: readonly DeclaredFile[];
  readonly needs: readonly DeclaredNeed[];
  readonly steps: readonly DeclaredStep[];
  readonly probes: readonly DeclaredProbe[];
}
