import { OPTION_VARIABLES } from "../../synth/plan/environment";
import { environmentOf, readProject } from "../../project";
import { printableJson } from "../../text";
import type { StackLink } from "../deploy/deployOrder";
import { type Output, selectStacks } from "../deploy/manifest";
import { readDeclared } from "../deploy/readDeclared";
import { type Stage, stagesOf } from "../deploy/stages";
import { plainLines } from "../deploy/warnings";
import type { DefineCommand } from "../defineCommand";
import { printJson, printLines } from "../io";

interface GraphOptions {
  readonly environment?: string;
  readonly stages: boolean;
  readonly json: boolean;
}

/** `cdktf-trust graph`: in which order stacks are deployed, and why; neither lock, secrets, states nor hosts are needed. */
export const defineGraph: DefineCommand = (command, { io, run }) => {
  command
    .argument("[stacks...]", "names of stacks (default: all)")
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--stages", "print the stages alone, as one line of JSON for a pipeline's matrix", false)
    .option("--json", "print JSON for tools", false)
    .action((names: string[], options: GraphOptions) =>
      run(async () => {
        const project = readProject(io.workingDirectory);
        const { name: environment } = environmentOf((member) => project.context[member], options.environment);
        const variables = { [OPTION_VARIABLES.planOnly]: "1" };
        // What is under way is for people; a pipeline reads the rest.
        const json = options.json || options.stages;
        const graph = await readDeclared(io, { project, environment, json, variables }, (output) =>
          graphOf(output, names),
        );
        if (options.stages) io.stdout.write(`${printableJson(graph.stages)}\n`);
        else if (options.json) printJson(io, graph);
        else printLines(io, ...graphLines(graph));
        return 0;
      }),
    );
};

interface Graph {
  readonly stages: readonly Stage[];
  /** Why one stack comes before another. */
  readonly links: readonly StackLink[];
  /** Stacks that are none of ours. */
  readonly plain: readonly string[];
}

function graphOf(output: Output, names: readonly string[]): Graph {
  const chosen = selectStacks(output, names);
  const isChosen = new Set(chosen.map(({ name }) => name));
  return {
    stages: stagesOf(output, chosen),
    links: output.links.filter(({ before, after }) => isChosen.has(before) && isChosen.has(after)),
    plain: output.plain,
  };
}

function graphLines({ stages, links, plain }: Graph): string[] {
  return [
    ...stages.map(
      ({ stage, kind, stacks }) =>
        `stage ${stage}: ${stacks.join(", ")}${kind === "trust-first" ? " (trust first)" : ""}`,
    ),
    ...links.map((link) => {
      const { before, after, isTrustOnly } = link;
      return `${before}${isTrustOnly ? " (trust first)" : ""} before ${after}: ${reasonOf(link)}`;
    }),
    ...plainLines({ plain }),
  ];
}

function reasonOf({ before, after, hops, isDependency }: StackLink): string {
  return [
    ...(hops.length === 0 ? [] : [`${before} relies on ${after} (${hops.join(", ")})`]),
    ...(isDependency ? [`${after} refers to ${before}`] : []),
  ].join("; ");
}
