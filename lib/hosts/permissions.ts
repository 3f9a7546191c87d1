import { spawnSync } from "node:child_process";
import type { Stats } from "node:fs";

const GROUP_BITS = 0o070;

/**
 * The permissions that a copy or a replacement of a file gets, which has no access control list: beside such a list the
 * group's bits are its mask, the most that it gives anybody (acl(5)), and without it they would be the group's own.
 *
 * @param file path on this machine
 */
export function permissionsOf(file: string, { mode }: Pick<Stats, "mode">): number {
  const bits = mode & 0o7777;
  return (bits & GROUP_BITS) !== 0 && hasAccessList(file) ? withoutGroup(bits) : bits;
}

export function withoutGroup(mode: number): number {
  return mode & ~GROUP_BITS;
}

/** Node reads no such lists; `ls` shows a plus sign behind the mode. */
function hasAccessList(file: string): boolean {
  if (process.platform !== "linux") return false;
  const { stdout } = spawnSync("ls", ["-ldn", "--", file], { encoding: "utf8" });
  return /^\S{10}\+/.test(stdout ?? "");
}
