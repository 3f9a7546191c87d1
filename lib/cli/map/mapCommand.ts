import { writeFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import { mapFile } from "../../project";
import {
  type MapOptions,
  trustMapHeadline,
  trustMapMarkdown,
  trustMapPage,
  trustMapPicture,
} from "../../report/map";
import type { DefineCommand } from "../defineCommand";
import { deployOptions } from "../deploy/options";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { printError } from "../printError";
import { readEarlier } from "./earlierPlan";
import { freshVerdicts } from "./freshVerdicts";

interface MapFlags {
  readonly environment?: string;
  readonly out?: string;
  readonly against?: string;
  readonly markdown?: string;
  readonly svg?: string;
  readonly paths: boolean;
  readonly artifacts: boolean;
  readonly json: boolean;
}

/** `cdktf-trust map`: one page on who trusts whom, what fails, and what ends next. */
export const defineMap: DefineCommand = (command, { io, run }) => {
  command
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--out <file>", "where the page goes (default: trust-map.html beside the environment's stacks)")
    .option(
      "--against <plan>",
      "say what is different from an earlier trust-plan.json, or from the output folder of an earlier synth",
    )
    .option("--markdown <file>", "write what a reviewer wants to know, as a comment of a pull request")
    .option("--svg <file>", "write the drawing alone, for a README")
    .option("--paths", "show the paths of files on hosts, which are left out otherwise", false)
    .option("--no-artifacts", "resolve no secret and rehearse nothing: who calls whom, without verdicts")
    .option("--json", "print JSON for tools", false)
    .action((flags: MapFlags) => run(async () => await drawMap(io, flags)));
};

/** Exit code 1 where a hop fails, also where the synth is refused because of it. */
async function drawMap(io: CliIo, flags: MapFlags): Promise<ExitCode> {
  const options = deployOptions(io, [], flags);
  // Read first: whoever names a wrong file should not wait for a synth.
  const against =
    flags.against === undefined ? undefined : readEarlier(io, flags.against, options.environment);
  const { found, refusal } = await freshVerdicts(options);
  const how: MapOptions = {
    now: new Date(found.at),
    showsPaths: flags.paths,
    ...(against === undefined ? {} : { against }),
  };
  const page =
    flags.out === undefined ? mapFile(options.outputDirectory) : resolve(io.workingDirectory, flags.out);
  const files = [
    { file: page, text: trustMapPage(found, how) },
    ...written(io, flags.markdown, () => trustMapMarkdown(found, how)),
    ...written(io, flags.svg, () => trustMapPicture(found, how)),
  ];
  for (const { file, text } of files) writeFileSync(file, text);
  const { failing, unproven, all, ending } = trustMapHeadline(found, how);
  const shown = files.map(({ file }) => relative(io.workingDirectory, file) || file);
  if (flags.json) printJson(io, { files: shown, hops: all, failing, unproven, ending });
  else {
    printLines(
      io,
      ...shown,
      `${all} hops: ${all - failing - unproven} work, ${failing} fail, ${unproven} not proven here; ${ending} certificates end within 30 days`,
    );
  }
  if (refusal !== undefined && !flags.json) printError(io, refusal, false);
  return failing > 0 || refusal !== undefined ? 1 : 0;
}

function written(io: CliIo, file: string | undefined, text: () => string) {
  return file === undefined ? [] : [{ file: resolve(io.workingDirectory, file), text: text() }];
}
