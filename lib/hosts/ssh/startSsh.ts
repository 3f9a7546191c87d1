import { spawn, spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  lstatSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ShellProcess } from "./channel";
import { sshUnusable } from "./errors";
import type { SshCommand } from "./sshCommand";

const FOLDER = "cdktf-trust-ssh-";
/** Far longer than any login takes. */
const DEAD_AFTER_MS = 3_600_000;

/** A running ssh, and how to be rid of what it was started with. */
export interface StartedSsh {
  readonly process: ShellProcess;
  /** Call it once the other end has shown up, or never will. */
  readonly forget: () => void;
}

/**
 * Starts ssh. It has no terminal to ask at, and no signal of ours reaches it: what it holds is given back when its
 * input ends, which it does with this process at the latest.
 *
 * @param command made for a folder, so that its files can be named in it
 * @param password waits in a pipe in memory; it is on no disk, in no arguments and in no environment
 */
export function startSsh(
  command: (folder: string) => SshCommand,
  password: (() => string) | undefined,
): StartedSsh {
  // Before anything is made that would have to go again.
  const secret = password?.();
  removeDeadFolders(Date.now());
  // Named after this process, so that whoever finds one knows whose it is.
  const folder = mkdtempSync(join(tmpdir(), `${FOLDER}${process.pid}-`));
  let pipe: number | undefined;
  const forget = (): void => {
    if (pipe !== undefined) closeSync(pipe);
    pipe = undefined;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    const { program, arguments: words, environment, files, passwordPipe } = command(folder);
    for (const [name, { content, mode }] of Object.entries(files))
      writeFileSync(join(folder, name), content, { mode, flag: "wx" });
    if (passwordPipe !== undefined) pipe = fillPipe(join(folder, passwordPipe), secret ?? "");
    const started = spawn(program, words, {
      stdio: ["pipe", "pipe", "pipe"],
      env: { ...process.env, ...environment },
      detached: process.platform !== "win32",
      windowsHide: true,
    });
    return { process: started, forget };
  } catch (cause) {
    forget();
    throw cause;
  }
}

let hasLooked = false;

/** What runs have left that were killed while they connected: pinned keys and programs, no secret; once a process. */
function removeDeadFolders(nowMs: number): void {
  if (hasLooked) return;
  hasLooked = true;
  for (const name of readdirSync(tmpdir()).filter((candidate) => candidate.startsWith(FOLDER))) {
    const folder = join(tmpdir(), name);
    const status = lstatSync(folder, { throwIfNoEntry: false });
    const isOurs = status?.isDirectory() === true && status.uid === process.geteuid?.();
    if (isOurs && nowMs - status.mtimeMs > DEAD_AFTER_MS) rmSync(folder, { recursive: true, force: true });
  }
}

/** Opened for both ways, so that neither end waits for the other. */
function fillPipe(path: string, secret: string): number {
  const { status } = spawnSync("mkfifo", ["-m", "600", path], { stdio: "ignore" });
  if (status !== 0) throw sshUnusable("mkfifo, through which a password reaches ssh, cannot be run here");
  const pipe = openSync(path, constants.O_RDWR | (constants.O_NONBLOCK ?? 0));
  writeSync(pipe, `${secret}\n`);
  return pipe;
}
