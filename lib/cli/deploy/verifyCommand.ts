import { expiriesOf } from "../../check";
import { directoryAddress } from "../../model";
import type { DefineCommand } from "../defineCommand";
import { UsageError } from "../errors";
import { expiryLines, failsForExpiry, windowOf, withExpiry, policyOf } from "../expiry";
import { type CliIo, printJson, printWarnings } from "../io";
import { exitCodeOf } from "./deployCommand";
import { printHops } from "./hopTable";
import { readStacks, selectStacks } from "./manifest";
import { type StackOptions, deployOptions, withStacks } from "./options";
import { proveStacks, reportProven } from "./prove";
import { type ReportFlags, withReports, writeReports } from "./reports";

interface VerifyFlags extends StackOptions, ReportFlags {
  readonly host: readonly string[];
  /** True where every hop has to be called, false where none is, undefined for as far as it goes. */
  readonly live?: boolean;
}

/** `cdktf-trust verify`: opens the deployed stores on the hosts, calls the servers that run, and proves each hop. */
export const defineVerify: DefineCommand = (command, { io, run }) => {
  withReports(withExpiry(withStacks(command)))
    .option("--live", "call every server: a hop whose server is not reached fails")
    .option(
      "--no-live",
      "call no server: what the hosts hold alone (without either: call those that are reached)",
    )
    .option(
      "--host <id=directory>",
      "files copied back from a host that nobody may log in to, below a directory that stands for its /",
      (value: string, before: readonly string[]) => [...before, value],
      [],
    )
    .action((names: string[], options: VerifyFlags) =>
      run(async () => {
        const { project, environment, outputDirectory } = deployOptions(io, names, options);
        const manualHosts = new Map(options.host.map((text) => parseCopy(io, text)));
        const stacks = selectStacks(
          readStacks(outputDirectory, { project: project.name, environment }),
          names,
        );
        const live = { randomBytes: io.randomBytes, insists: options.live === true };
        const proven = await proveStacks(stacks, {
          project,
          now: io.now,
          manualHosts,
          ...(options.live === false ? {} : { live }),
        });
        const { plan, certificates: placed } = proven;
        const expiring = expiriesOf(plan, {
          now: io.now,
          placed,
          ...windowOf(options, policyOf(project, environment)),
        });
        if (options.json === true) printJson(io, { hops: reportProven(proven, io.now), expiring });
        else {
          printHops(io, proven);
          printWarnings(io, ...expiryLines(expiring));
        }
        writeReports(io, options, { project, environment, proven, expiring });
        return failsForExpiry(options, expiring) ? 1 : exitCodeOf(proven);
      }),
    );
};

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
