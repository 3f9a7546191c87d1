import type { DefineCommand } from "../defineCommand";
import { printJson, printLines, printWarnings } from "../io";
import { approveAll, askForApproval } from "./approve";
import { applyStacks, outcomeLines, synthesise } from "./deploy";
import { type StackOptions, deployOptions, withStacks } from "./options";
import { Terraform } from "./terraform";
import { warningsOfDestroy } from "./warnings";

/** `cdktf-trust destroy`: takes away what is ours; what others put on the hosts stays. */
export const defineDestroy: DefineCommand = (command, { io, run }) => {
  withStacks(command)
    .option("--auto-approve", "make the changes without asking", false)
    .action((names: string[], options: StackOptions) =>
      run(async () => {
        Terraform.find();
        // What is destroyed stands in the state: neither keys nor artifacts are needed.
        const settings = { ...deployOptions(io, names, options), artifacts: false };
        const synthesised = await synthesise(settings);
        printWarnings(io, ...warningsOfDestroy(synthesised.chosen));
        const approve = options.autoApprove === true ? approveAll(io) : askForApproval(io);
        const destroyed = await applyStacks(synthesised, {
          progress: settings.progress,
          approve,
          destroy: true,
        });
        if (options.json === true) printJson(io, destroyed);
        else
          printLines(io, ...outcomeLines(destroyed, { applied: "destroyed", nothing: "nothing to destroy" }));
        return 0;
      }),
    );
};
