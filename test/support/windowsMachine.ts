import { chmodSync, existsSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

import { type SshServer, startSshServer } from "./sshServer";

/** What its SFTP server has: what OpenSSH for Windows has today, or nothing but version 3 of the protocol. */
export type SftpDialect = "modern" | "bare";

/** Something like a Windows machine on loopback: a real sshd whose SFTP refuses what Windows refuses. */
export interface WindowsMachine {
  readonly server: SshServer;
  /** Files that a program there has open from now on; none where none are given. */
  readonly holdOpen: (...files: readonly string[]) => void;
  /** Its SFTP server ends at a request from now on, once. */
  readonly dieAt: (at: number, when: "before" | "middle" | "after") => void;
  /** Whether it did; forgets both. */
  readonly hasDied: () => boolean;
  /** Whether SFTP servers that begin from now on have no rights of root. */
  readonly setNobody: (isNobody: boolean) => void;
  readonly stop: () => Promise<void>;
}

/** How the machine calls a file of this one. */
export function windowsPathOf(file: string): string {
  return `C:${file.replaceAll("/", "\\")}`;
}

/** Starts a machine; stop it when done. */
export async function startWindowsMachine(dialect: SftpDialect): Promise<WindowsMachine> {
  const control = mkdtempSync(join(tmpdir(), "windows-"));
  chmodSync(control, 0o755);
  const program = join(control, "server.cjs");
  const source = join(__dirname, "windowsSftpServer.ts");
  buildSync({ entryPoints: [source], outfile: program, platform: "node", format: "cjs", bundle: true });
  const server = await startSshServer({
    lines: [`Subsystem sftp ${process.execPath} ${program} ${control} ${dialect}`],
  });
  const file = (name: string): string => join(control, name);
  return {
    server,
    holdOpen: (...files) => {
      writeFileSync(file("open.new"), files.join("\n"));
      renameSync(file("open.new"), file("open"));
    },
    dieAt: (at, when) => writeFileSync(file("die"), JSON.stringify({ at, when })),
    hasDied: () => {
      const died = existsSync(file("died"));
      for (const name of ["die", "died"]) rmSync(file(name), { force: true });
      return died;
    },
    setNobody: (isNobody) => {
      if (isNobody) writeFileSync(file("nobody"), "");
      else rmSync(file("nobody"), { force: true });
    },
    stop: async () => {
      await server.stop();
      rmSync(control, { recursive: true, force: true });
    },
  };
}
