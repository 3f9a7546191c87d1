import { spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A test that needs a file system with access control lists, where the tests' folders are, and the tools for them. */
export const withAccessLists = hasAccessLists() ? it : it.skip;

function hasAccessLists(): boolean {
  const file = join(tmpdir(), `cdktf-trust-list-${randomBytes(4).toString("hex")}`);
  writeFileSync(file, "");
  try {
    if (spawnSync("setfacl", ["-m", "u:4711:r", file]).status === 0) return true;
    process.stderr.write(
      "SKIPPED access control lists: apt-get install -y acl, or no file system with them\n",
    );
    return false;
  } finally {
    rmSync(file);
  }
}
