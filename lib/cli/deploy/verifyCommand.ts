import type { DefineCommand } from "../defineCommand";
import { printJson, printLines } from "../io";
import { exitCodeOf } from "./deployCommand";
import { hopTable, unprovenLines } from "./hopTable";
import { readStacks } from "./manifest";
import { type StackOptions, deployOptions, withStacks } from "./options";
import { proveStacks } from "./prove";

/** `cdktf-trust verify`: opens the deployed stores on the hosts and proves each hop on them. */
export const defineVerify: DefineCommand = (command, { io, run }) => {
  withStacks(command).action((names: string[], options: StackOptions) =>
    run(async () => {
      const { project } = deployOptions(io, names, options);
      const stacks = readStacks(project.outputDirectory, names);
      const proven = await proveStacks(stacks, project, io.now);
      if (options.json === true)
        printJson(
          io,
          proven.flatMap(({ verdicts }) => verdicts),
        );
      else printLines(io, hopTable(proven), ...stacks.flatMap(({ plan }) => unprovenLines(plan)));
      return exitCodeOf(proven);
    }),
  );
};
