import { resolve } from "node:path";
import { createKeyFile } from "../../lock";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import type { LockFlags } from "./options";

/** Writes a new key for a lock to a file that must not be there yet; shows it nowhere. */
export function makeKeyFile(io: CliIo, file: string, { json }: Pick<LockFlags, "json">): ExitCode {
  const { created } = createKeyFile(resolve(io.workingDirectory, file), io.randomBytes);
  if (!created)
    throw new UsageError(`${file} is there already and was left as it is; name a file that is not`);
  if (json) printJson(io, { file });
  else {
    printLines(
      io,
      `${file}: a new key, readable by you alone; keep it out of version control`,
      `use it with --key file:${file}, or hand its content to the CI as CDKTF_TRUST_LOCK_KEY`,
    );
  }
  return 0;
}
