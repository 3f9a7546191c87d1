import type { Command } from "commander";

import type { CommandContext } from "../defineCommand";
import { deployOptions, type StackOptions, withStacks } from "../deploy/options";
import { type CliIo, type ExitCode, printJson } from "../io";

/** `cdktf-trust host import`: takes what stands on hosts as declared into the state. */
export function defineImport(command: Command, { io, run }: CommandContext): void {
  withStacks(command.command("import"))
    .description(
      "take what stacks declare, and hosts hold exactly so, into the state; writes nothing but the records beside the files",
    )
    .action((names: string[], options: StackOptions) =>
      run(async () => await importDeclared(io, names, options)),
    );
}

/** Refuses, before anything is written, whatever is not there as declared. */
async function importDeclared(io: CliIo, names: readonly string[], flags: StackOptions): Promise<ExitCode> {
  const [{ applyStacks }, { approveAll }, { synthesiseObserved }, { reportTo }, { Terraform }, summary] =
    await Promise.all([
      import("../deploy/deploy"),
      import("../deploy/approve"),
      import("../deploy/observeBeforeDeploy"),
      import("../deploy/stackReport"),
      import("../deploy/terraform"),
      import("../deploy/summary"),
    ]);
  Terraform.find();
  const options = deployOptions(io, names, flags);
  const synthesised = await synthesiseObserved(options, io);
  const report = reportTo(io, { applied: "imported", nothing: "No changes" }, options.json);
  const ended = await applyStacks(synthesised, {
    ...options,
    approve: approveAll,
    report,
    destroy: false,
    adopts: true,
  });
  if (options.json)
    printJson(io, { imported: ended.results, ...summary.shortfallJson(ended, report.unreached()) });
  return summary.fellShort(ended) ? 2 : 0;
}
