import type { DefineCommand } from "../defineCommand";
import { printJson, printLines } from "../io";
import { synthesise } from "./synthesise";
import { type StackOptions, deployOptions, withStacks } from "./options";
import { plainLines, printWarningKinds, warningsOfSynth } from "./warnings";

/** `cdktf-trust synth`: check, rehearse and write the stacks. */
export const defineSynth: DefineCommand = (command, { io, run }) => {
  withStacks(command)
    .option("--no-artifacts", "resolve no secret and write no store: enough to plan a pull request")
    .action((names: string[], options: StackOptions) =>
      run(async () => {
        const { chosen: stacks, output } = await synthesise(deployOptions(io, names, options));
        if (options.json === true) {
          printJson(
            io,
            stacks.map(({ name, workingDirectory, warnings }) => ({ name, workingDirectory, warnings })),
          );
        } else {
          printWarningKinds(io, warningsOfSynth(stacks));
          printLines(io, ...stacks.map(({ name, workingDirectory }) => `${name}: ${workingDirectory}`));
          printLines(io, ...plainLines(output));
        }
        return 0;
      }),
    );
};
