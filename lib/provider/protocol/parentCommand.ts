import { readFileSync } from "node:fs";
import { DESTROYING_VARIABLE } from "../variables";

/**
 * Whether Terraform was called to destroy; undefined where neither our own command nor this system tells.
 *
 * Terraform plans everything as if it were to be applied before it destroys, and tells no provider so: what an
 * apply would be refused for must not keep anybody from destroying.
 */
export function isDestroying(
  variables: NodeJS.ProcessEnv = process.env,
  readCommand: () => string = () => readFileSync(`/proc/${process.ppid}/cmdline`, "utf8"),
): boolean | undefined {
  const told = variables[DESTROYING_VARIABLE];
  if (told !== undefined) return told === "1";
  try {
    return readCommand()
      .split("\0")
      .some((word) => /^-{0,2}destroy(=true)?$/.test(word));
  } catch {
    return undefined;
  }
}
