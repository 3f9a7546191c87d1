import { existsSync } from "node:fs";
import { join } from "node:path";
import { directoryAddress } from "../../model";
import type { DefineCommand } from "../defineCommand";
import { UsageError } from "../errors";
import { type CliIo, printJson, printLines } from "../io";
import { exitCodeOf } from "./deployCommand";
import { notSynthesised, otherEnvironment } from "./errors";
import { hopTable, unprovenLines } from "./hopTable";
import { type StackOutput, readStacks } from "./manifest";
import { type StackOptions, deployOptions, withStacks } from "./options";
import { proveStacks } from "./prove";

interface VerifyFlags extends StackOptions {
  readonly host: readonly string[];
}

/** `cdktf-trust verify`: opens the deployed stores on the hosts and proves each hop on them. */
export const defineVerify: DefineCommand = (command, { io, run }) => {
  withStacks(command)
    .option(
      "--host <id=directory>",
      "files copied back from a host that nobody may log in to, below a directory that stands for its /",
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .action((names: string[], options: VerifyFlags) =>
      run(async () => {
        const { project } = deployOptions(io, names, options);
        const manualHosts = new Map(options.host.map((text) => parseCopy(io, text)));
        if (!existsSync(join(project.outputDirectory, "manifest.json")))
          throw notSynthesised(project.outputDirectory);
        const stacks = readStacks(project.outputDirectory, names);
        requireEnvironment(stacks, options.environment);
        const proven = await proveStacks(stacks, { project, now: io.now, manualHosts });
        if (options.json === true)
          printJson(
            io,
            proven.flatMap(({ verdicts }) => verdicts),
          );
        else
          printLines(
            io,
            hopTable(proven, io.stdout.columns),
            ...stacks.flatMap(({ plan }) => unprovenLines(plan)),
          );
        return exitCodeOf(proven);
      }),
    );
};

/** What lies in the output directory is the last synth's, whatever environment that was for. */
function requireEnvironment(stacks: readonly StackOutput[], wanted: string | undefined): void {
  for (const { name, plan } of stacks) {
    if (wanted !== undefined && plan.environment !== wanted)
      throw otherEnvironment(name, plan.environment, wanted);
  }
}

/** `ID=DIRECTORY` as an address by host id. */
function parseCopy(io: CliIo, text: string): readonly [string, string] {
  const [hostId, directory, ...rest] = text.split("=");
  if (
    hostId === undefined ||
    hostId === "" ||
    directory === undefined ||
    directory === "" ||
    rest.length > 0
  ) {
    throw new UsageError(
      `--host ${text}: give the host's id and a directory, for example --host mainframe=./copied-back`,
    );
  }
  return [hostId, directoryAddress(directory, io.workingDirectory)];
}
