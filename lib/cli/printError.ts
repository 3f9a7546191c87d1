import { systemCode } from "../model/systemCode";
import { printableJson } from "../text";
import type { CliIo } from "./io";

/** Says on standard error why something could not be done. */
export function printError(io: Pick<CliIo, "stderr">, error: unknown, asJson: boolean): void {
  const message = error instanceof Error ? error.message : String(error);
  const code = systemCode(error) ?? "unexpected";
  if (asJson) io.stderr.write(`${printableJson({ error: { code, message } })}\n`);
  // Indented, so that no line of the message poses as one of ours.
  else io.stderr.write(`error: ${message.replaceAll("\n", "\n  ")}\n`);
  // A mistake of ours, not of the caller's: say where.
  if (code === "unexpected" && error instanceof Error && !asJson) io.stderr.write(`${error.stack ?? ""}\n`);
}
