import { resolve } from "node:path";

import { systemCode } from "../model/systemCode";
import { readGivenInput } from "../hosts/namedFile";
import { TrustError } from "../model/trustError";
import { UsageError } from "./errors";
import type { CliIo } from "./io";

/**
 * What a person names on the command line, which may be a pipe: `/dev/stdin`, or what a shell's `<(…)` stands for.
 *
 * @throws UsageError for what cannot be read; HostError `file-too-large`
 */
export function readInput(io: CliIo, path: string): Buffer {
  try {
    return readGivenInput(resolve(io.workingDirectory, path));
  } catch (error) {
    if (error instanceof TrustError) throw error;
    const reason = systemCode(error) ?? "unknown error";
    throw new UsageError(`${path} cannot be read (${reason}); give the path of a file that is there`);
  }
}
