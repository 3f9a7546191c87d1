import type { DefineCommand } from "../defineCommand";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printText, printWarnings } from "../io";
import { readRunbooks, type StackRunbook } from "./readRunbooks";

interface RunbookFlags {
  readonly environment?: string;
  readonly host?: string;
  readonly json: boolean;
}

/** `cdktf-trust runbook`: what people do on the hosts, whether a deploy reaches these or not. */
export const defineRunbook: DefineCommand = (command, { io, run }) => {
  command
    .argument("[stacks...]", "names of stacks (default: all)")
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--host <id>", "id of a host (default: all)")
    .option("--json", "print JSON for tools", false)
    .action((names: string[], flags: RunbookFlags) => run(async () => print(io, names, flags)));
};

async function print(io: CliIo, names: readonly string[], flags: RunbookFlags): Promise<ExitCode> {
  const all = await readRunbooks(io, names, flags);
  const meant = all.filter(({ host }) => flags.host === undefined || host === flags.host);
  if (meant.length === 0) throw noRunbook(all, flags.host);
  if (flags.json) printJson(io, meant);
  else printText(io, meant.map(({ text }) => text.trimEnd()).join("\n\n"));
  for (const { stack, host, missing } of meant)
    if (missing.length > 0)
      printWarnings(
        io,
        `${stack}, ${host}: the lock does not hold ${missing.join(", ")} yet, so steps are missing; run cdktf-trust lock`,
      );
  return 0;
}

function noRunbook(all: readonly StackRunbook[], host: string | undefined): UsageError {
  const known = [...new Set(all.map((one) => one.host))].join(", ") || "none";
  return new UsageError(
    host === undefined
      ? "nothing is delivered to any host of these stacks, so there is nothing to do"
      : `nothing is delivered to a host "${host}" here; there are: ${known}`,
  );
}
