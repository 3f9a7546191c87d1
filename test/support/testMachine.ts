import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * With `TRUST_TEST_HOST=ssh` the tests of the provider meet each host over SSH: what they declare at `local:…` is then
 * at a machine whose `/opt` and `/data` are those of that folder. Needs root, for the machine has a root of its own.
 */
export const isOverSsh = process.env["TRUST_TEST_HOST"] === "ssh";
if (isOverSsh && spawnSync("unshare", ["-m", "true"]).status !== 0)
  throw new Error("TRUST_TEST_HOST=ssh: no root, who may make a machine of a folder; or no util-linux");

/** How many random histories are played: over SSH a tenth, each step of which costs ten times as much. */
export function histories(count: number): number {
  return isOverSsh ? Math.ceil(count / 10) : count;
}

const OWN_FOLDERS = ["opt", "data"];

/** A folder that stands for a machine, as tests name it and as it is reached. */
export interface TestMachine {
  /** What a test says, as it is to be done: the folder's addresses are the machine's. */
  readonly meant: (said: string) => string;
  /** What came of it, as the test expects it. */
  readonly told: (text: string) => string;
  /** So that OpenSSH finds the machine. */
  readonly environment: Readonly<Record<string, string>>;
}

const itself: TestMachine = { meant: (text) => text, told: (text) => text, environment: {} };

/**
 * The machine that a folder stands for.
 *
 * @param spellings addresses of the folder; the first is that in what is told
 */
export function testMachine(folder: string, ...spellings: readonly [string, ...string[]]): TestMachine {
  if (!isOverSsh) return itself;
  const bin = ways();
  const name = `machine-${randomBytes(6).toString("hex")}`;
  writeFileSync(join(bin, name), folder);
  const address = `ssh://${name}`;
  const all = [...spellings].sort((one, other) => other.length - one.length);
  return {
    meant: (text) => all.reduce((result, spelling) => replaceAddress(result, spelling, address), text),
    told: (text) => text.replaceAll(address, spellings[0]),
    environment: { PATH: `${bin}:${process.env["PATH"]}` },
  };
}

function replaceAddress(text: string, spelling: string, address: string): string {
  const literal = spelling.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  return text.replaceAll(new RegExp(`${literal}(?![\\w./-])`, "g"), address);
}

let wholeMachine: string | undefined;

/** The address at which this machine itself is, for tests that do not leave this process. */
export function thisMachineOverSsh(): string {
  const bin = ways();
  process.env["PATH"] =
    process.env["PATH"]?.startsWith(bin) === true ? process.env["PATH"] : `${bin}:${process.env["PATH"]}`;
  if (wholeMachine === undefined) {
    wholeMachine = `machine-${randomBytes(6).toString("hex")}`;
    writeFileSync(join(bin, wholeMachine), "/");
  }
  return `ssh://${wholeMachine}`;
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
