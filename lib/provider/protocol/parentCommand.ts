import { readFileSync } from "node:fs";

/**
 * Whether Terraform was called to destroy; undefined where this system does not tell.
 *
 * Terraform plans everything as if it were to be applied before it destroys, and tells no provider so: what an
 * apply would be refused for must not keep anybody from destroying.
 */
export function isDestroying(
  readCommand: () => string = () => readFileSync(`/proc/${process.ppid}/cmdline`, "utf8"),
): boolean | undefined {
  try {
    return readCommand()
      .split("\0")
      .some((word) => /^-{0,2}destroy(=true)?$/.test(word));
  } catch {
    return undefined;
  }
}
