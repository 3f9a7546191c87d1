import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import type { ShellProcess } from "../../../lib/hosts/ssh/channel";
import { startCommand } from "../../../lib/hosts/ssh/startCommand";

/** A shell that machines may have as `sh`. */
export interface ShellUnderTest {
  readonly name: string;
  readonly words: readonly string[];
}

const candidates: readonly (ShellUnderTest & { readonly install: string })[] = [
  { name: "dash", words: ["/bin/dash"], install: "dash" },
  { name: "bash --posix", words: ["/bin/bash", "--posix"], install: "bash" },
  { name: "busybox sh", words: ["/bin/busybox", "sh"], install: "busybox" },
  { name: "mksh", words: ["/bin/mksh"], install: "mksh" },
  { name: "ksh93", words: ["/bin/ksh93"], install: "ksh" },
];

/** Those that are installed here; says which are not. */
export const shells: readonly ShellUnderTest[] = candidates.filter(({ name, words, install }) => {
  const [program = "", ...rest] = words;
  const isThere = spawnSync(program, [...rest, "-c", "exit 0"]).status === 0;
  if (!isThere)
    process.stderr.write(`SKIPPED ${name} as the shell of a machine: apt-get install -y ${install}\n`);
  return isThere;
});

/** Those that differ most; all of them under `SLOW=1`. */
export const sampledShells: readonly ShellUnderTest[] =
  process.env["SLOW"] === "1" ? shells : shells.filter(({ name }) => ["dash", "busybox sh"].includes(name));

/**
 * Starts what ssh would start on a machine whose `sh` is this one, without ssh.
 *
 * @param through makes a program of Node that stands between, given the line that starts the shell
 */
export function startShell(
  { words }: ShellUnderTest,
  nonce: string,
  before = "",
  through?: (line: string) => string,
): ShellProcess {
  const folder = mkdtempSync(join(tmpdir(), "sh-"));
  const [program = "", ...rest] = words;
  if (rest.length === 0) symlinkSync(program, join(folder, "sh"));
  else writeFileSync(join(folder, "sh"), `#!/bin/dash\nexec ${words.join(" ")} "$@"\n`, { mode: 0o755 });
  const line = `${before}${startCommand(nonce)}`;
  const [starter, flag, text] =
    through === undefined ? ["/bin/dash", "-c", line] : [process.execPath, "-e", through(line)];
  const started = spawn(starter, [flag, text], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, PATH: `${folder}:${process.env["PATH"]}` },
  });
  started.once("close", () => rmSync(folder, { recursive: true, force: true }));
  return started;
}

/** Programs as POSIX has them, without what GNU added: whoever uses more fails. */
export function makePosixTools(): string {
  const folder = mkdtempSync(join(tmpdir(), "posix-"));
  chmodSync(folder, 0o755);
  const plain = [
    "cat",
    "chgrp",
    "chmod",
    "chown",
    "dd",
    "grep",
    "id",
    "mkdir",
    "od",
    "printf",
    "rm",
    "rmdir",
    "touch",
    "uname",
    "ls",
  ];
  for (const name of plain) symlinkSync(join("/bin", name), join(folder, name));
  const refusing = (name: string, refused: string): void =>
    writeFileSync(
      join(folder, name),
      `#!/bin/dash\nfor word in "$@"; do case $word in ${refused}) echo "${name}: illegal option $word" >&2; exit 1;; esac; done\nexec /bin/${name} "$@"\n`,
      { mode: 0o755 },
    );
  refusing("mv", "-[!f-]*|--?*");
  refusing("cp", "--?*");
  refusing("sync", "*");
  return folder;
}
