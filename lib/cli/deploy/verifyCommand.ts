import { resolve } from "node:path";
import type { TrustPlan } from "../../model";
import type { DefineCommand } from "../defineCommand";
import { UsageError } from "../errors";
import { type CliIo, printJson, printLines } from "../io";
import { exitCodeOf } from "./deployCommand";
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
        const copies = options.host.map((text) => parseCopy(io, text));
        const stacks = readStacks(project.outputDirectory, names).map((stack) => withCopies(stack, copies));
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

interface HostCopy {
  readonly hostId: string;
  readonly directory: string;
}

function parseCopy(io: CliIo, text: string): HostCopy {
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
  return { hostId, directory: resolve(io.workingDirectory, directory) };
}

/** What was copied back is read as a local host is. */
function withCopies(stack: StackOutput, copies: readonly HostCopy[]): StackOutput {
  const roots = new Map(copies.map(({ hostId, directory }) => [hostId, directory]));
  const hosts: TrustPlan["hosts"] = stack.plan.hosts.map((host) => {
    const root = roots.get(host.id);
    return root === undefined ? host : { kind: "local", id: host.id, platform: host.platform, root };
  });
  return { ...stack, plan: { ...stack.plan, hosts } };
}
