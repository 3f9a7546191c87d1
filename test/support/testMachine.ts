import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/**
 * With `TRUST_TEST_HOST=ssh` the tests of the provider meet each host over SSH: what they declare at `local:…` is then
 * at a machine whose `/opt` and `/data` are those of that folder. Needs root, for the machine has a root of its own.
 * Each login adds a line to the file `TRUST_TEST_LOGINS`, where one is named.
 */
export const isOverSsh = process.env["TRUST_TEST_HOST"] === "ssh";
if (isOverSsh && spawnSync("unshare", ["-m", "true"]).status !== 0)
  throw new Error("TRUST_TEST_HOST=ssh: no root, who may make a machine of a folder; or no util-linux");

/** How many random histories are played: over SSH a tenth, each step of which costs ten times as much. */
export function histories(count: number): number {
  return isOverSsh ? Math.ceil(count / 10) : count;
}

const OWN_FOLDERS = ["opt", "data"];

/** Folders that stand for machines, as a test names them and as they are reached. */
export interface TestMachines {
  /** What a test says, as it is to be done: each folder's address is its machine's. */
  readonly meant: (said: string) => string;
  /** What came of it, as the test expects it. */
  readonly told: (text: string) => string;
  /** So that OpenSSH finds the machines. */
  readonly environment: Readonly<Record<string, string>>;
}

const folders: TestMachines = { meant: (text) => text, told: (text) => text, environment: {} };

/**
 * The machines of a stack: what it names `local:../host` or by an absolute path.
 *
 * @param directory that the addresses are relative to
 */
export function testMachines(directory: string): TestMachines {
  if (!isOverSsh) return folders;
  const bin = ways();
  const spellings = new Map<string, string>();
  const machineOf = (spelling: string, path: string): string => {
    const address = `ssh://${machineName(resolve(directory, path))}`;
    if (!spellings.has(address)) spellings.set(address, spelling);
    return address;
  };
  return {
    meant: (text) => text.replaceAll(/local:(\.\.\/host|\/[^":\s#?']+)(?![\w./-])/g, machineOf),
    told: (text) =>
      [...spellings].reduce((result, [address, spelling]) => result.replaceAll(address, spelling), text),
    environment: { PATH: `${bin}:${process.env["PATH"]}` },
  };
}

const names = new Map<string, string>();

/** The name of the one machine that a folder stands for. */
function machineName(folder: string): string {
  const name = names.get(folder) ?? `machine-${randomBytes(6).toString("hex")}`;
  names.set(folder, name);
  writeFileSync(join(ways(), name), folder);
  return name;
}

/** The address at which this machine itself is, for tests that do not leave this process. */
export function thisMachineOverSsh(): string {
  const bin = ways();
  const path = process.env["PATH"] ?? "";
  if (!path.startsWith(bin)) process.env["PATH"] = `${bin}:${path}`;
  return `ssh://${machineName("/")}`;
}

let made: string | undefined;

/** A folder with an `ssh` that reaches all machines of this process. */
function ways(): string {
  if (made !== undefined) return made;
  const bin = mkdtempSync(join(tmpdir(), "machines-"));
  chmodSync(bin, 0o755);
  made = bin;
  process.once("exit", () => rmSync(bin, { recursive: true, force: true }));
  mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  for (const key of ["host", "user"]) {
    const { status } = spawnSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", join(bin, key)]);
    if (status !== 0) throw new Error("ssh-keygen does not make a key");
  }
  const write = (file: string, lines: readonly string[], mode = 0o644): void =>
    writeFileSync(join(bin, file), `${lines.join("\n")}\n`, { mode });
  write("ssh", ["#!/bin/sh", `exec /usr/bin/ssh -F ${bin}/ssh_config "$@"`], 0o755);
  write("ssh_config", [
    "Host machine-*",
    "  User root",
    `  IdentityFile ${bin}/user`,
    "  IdentitiesOnly yes",
    "  HostKeyAlias machine",
    `  UserKnownHostsFile ${bin}/known`,
    `  ProxyCommand unshare -m /bin/sh ${bin}/enter %n`,
  ]);
  spawnSync("/bin/sh", [
    "-c",
    `cd ${bin} && cp user.pub authorized && (printf 'machine '; cat host.pub) >known`,
  ]);
  write("sshd_config", [
    `HostKey ${bin}/host`,
    "UsePAM no",
    "StrictModes no",
    "PermitRootLogin yes",
    "PidFile none",
    `AuthorizedKeysFile ${bin}/authorized`,
    "SetEnv PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin",
  ]);
  write("enter", enterLines(bin));
  if (!existsSync("/usr/sbin/sshd")) throw new Error("no sshd; apt-get install -y openssh-server");
  return bin;
}

/** An sshd for one connection, below a root of its own, where a machine's folders are those of the test. */
function enterLines(bin: string): string[] {
  return [
    "set -e",
    '[ -z "$TRUST_TEST_LOGINS" ] || echo "$1" >>"$TRUST_TEST_LOGINS"',
    `folder=$(cat ${bin}/"$1")`,
    `root=${bin}/root`,
    'mkdir -p "$root"',
    'mount -t tmpfs tmpfs "$root"',
    "for one in bin sbin lib lib32 lib64 libx32 usr etc dev proc sys run tmp root home var; do",
    '  if [ -L "/$one" ]; then cp -P "/$one" "$root/$one"',
    '  elif [ -d "/$one" ]; then mkdir "$root/$one"; mount --rbind "/$one" "$root/$one"; fi',
    "done",
    `[ "$folder" = / ] || for one in ${OWN_FOLDERS.join(" ")}; do ln -s "$folder/$one" "$root/$one"; done`,
    `exec chroot "$root" /usr/sbin/sshd -i -f ${bin}/sshd_config`,
  ];
}
