import type { DefineCommand } from "../defineCommand";
import { printJson, printText } from "../io";
import { planStacks } from "./deploy";
import { type StackOptions, deployOptions, withMemory, withStacks } from "./options";

/** `cdktf-trust plan`: what a deploy would change. */
export const definePlan: DefineCommand = (command, { io, run }) => {
  withMemory(withStacks(command))
    .option(
      "--no-artifacts",
      "resolve no secret, write no store and look at no host: enough to plan a pull request",
    )
    .action((names: string[], options: StackOptions) =>
      run(async () => {
        const stacks = await planStacks(deployOptions(io, names, options));
        if (options.json === true) printJson(io, stacks);
        else for (const { stack, changes } of stacks) printText(io, `${stack}: ${changes ?? "No changes."}`);
        return stacks.some(({ changes }) => changes !== undefined) ? 1 : 0;
      }),
    );
};
