import { toPem } from "../../../pki";
import { UsageError } from "../../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../../io";
import { replaceInput } from "../../store/storeFile";
import { lockContext } from "../context";
import type { RequestFlags } from "./flags";
import { requiredLock, waitingRequest } from "./waiting";

/** Prints a request for the authority, or writes it to a file. It holds no secret, and the lock's key is not needed. */
export async function exportRequest(
  io: CliIo,
  id: string,
  flags: RequestFlags & { readonly out?: string; readonly der?: boolean },
): Promise<ExitCode> {
  const { csr } = waitingRequest(requiredLock(lockContext(io, flags)), id);
  const pem = toPem(csr, "CERTIFICATE REQUEST");
  const { out, der = false } = flags;
  if (out === undefined) {
    if (der) throw new UsageError("DER is written to a file; name it with --out");
    if (flags.json) printJson(io, { id, pem });
    else io.stdout.write(pem);
    return 0;
  }
  const change = await replaceInput(io, out, () => Buffer.from(der ? csr : Buffer.from(pem)), 0o644);
  if (flags.json) printJson(io, { ...change, id });
  else printLines(io, `${out}: ${change.changed ? "written" : "nothing to change"}`);
  return 0;
}
