import type { DefineCommand } from "../defineCommand";
import { printJson, printWarnings } from "../io";
import { line, printStyled } from "../screen";
import { approveAll, askForApproval } from "./approve";
import { applyStacks } from "./deploy";
import { type StackOptions, deployOptions, withParallel, withStacks } from "./options";
import { hearOn, reportTo } from "./stackReport";
import { fellShort, shortfallText } from "./summary";
import { synthesise } from "./synthesise";
import { Terraform } from "./terraform";
import { warningsOfDestroy } from "./warnings";

/** `cdktf-trust destroy`: takes away what is ours; what others put on the hosts stays. */
export const defineDestroy: DefineCommand = (command, { io, run }) => {
  withParallel(withStacks(command))
    .option("--auto-approve", "make the changes without asking", false)
    .action((names: string[], options: StackOptions) =>
      run(async () => {
        Terraform.find();
        // What is destroyed stands in the state: neither keys nor artifacts are needed.
        const settings = { ...deployOptions(io, names, options), artifacts: false };
        const synthesised = await synthesise(settings);
        printWarnings(io, ...warningsOfDestroy(synthesised.chosen));
        const report = reportTo(io, { applied: "destroyed", nothing: "nothing to destroy" }, settings.json);
        const destroyed = await applyStacks(synthesised, {
          ...settings,
          approve: options.autoApprove === true ? approveAll : askForApproval,
          report,
          hear: hearOn(io),
          destroy: true,
        });
        if (settings.json) printJson(io, destroyed.results);
        if (!fellShort(destroyed)) return 0;
        const count = destroyed.results.filter(({ applied }) => applied).length;
        const rest = shortfallText(destroyed, report.unreached(), "not destroyed");
        printStyled(io.stderr, [
          line(`destroy: ${count} of ${synthesised.chosen.length} stacks destroyed${rest}`),
        ]);
        return 2;
      }),
    );
};
