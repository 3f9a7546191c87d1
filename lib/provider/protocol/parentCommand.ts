import { readFileSync } from "node:fs";
import { DESTROYING_VARIABLE, REFUSE_AT_PLAN_VARIABLE } from "../variables";

/**
 * Whether Terraform was called to destroy; undefined where neither our own command nor this system tells.
 *
 * Terraform plans everything as if it were to be applied before it destroys, and tells no provider so: what an
 * apply would be refused for must not keep anybody from destroying.
 */
export function isDestroying(
  variables: NodeJS.ProcessEnv = process.env,
  readCommand: () => string = readParentCommand,
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

/** Whether what is planned will be applied by the same command; false where neither it nor this system tells. */
export function isAboutToApply(
  variables: NodeJS.ProcessEnv = process.env,
  readCommand: () => string = readParentCommand,
): boolean {
  if (variables[DESTROYING_VARIABLE] !== undefined) {
    return variables[DESTROYING_VARIABLE] === "1" || variables[REFUSE_AT_PLAN_VARIABLE] === "1";
  }
  try {
    const [, ...words] = readCommand().split("\0");
    return ["apply", "destroy"].includes(words.find((word) => !word.startsWith("-")) ?? "");
  } catch {
    return false;
  }
}

function readParentCommand(): string {
  return readFileSync(`/proc/${process.ppid}/cmdline`, "utf8");
}
