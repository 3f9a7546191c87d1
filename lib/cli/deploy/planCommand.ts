import type { DefineCommand } from "../defineCommand";
import { type ExpiryFlags, expiryLines, failsForExpiry, withExpiry, policyOf } from "../expiry";
import { type CliIo, type ExitCode, printJson, printLines, printWarnings } from "../io";
import { driftLines, unseenLines } from "../lock/adoptedDrift";
import { line, printStyled, seconds, shown } from "../screen";
import { planStacks } from "./deploy";
import { expiringIn, expiringOf } from "./expiring";
import { driftOf } from "./observeBeforeDeploy";
import { type StackOptions, deployOptions, withMemory, withParallel, withStacks } from "./options";
import { failuresTo, plainWarning, printChanges } from "./stackReport";
import { fellShort, shortfallText } from "./summary";
import { type DeployOptions, synthesise } from "./synthesise";
import { Terraform } from "./terraform";
import { UnreachedHosts } from "./unreached";
import { warningLines } from "./warnings";

/** `cdktf-trust plan`: what a deploy would change. */
export const definePlan: DefineCommand = (command, { io, run }) => {
  withExpiry(withMemory(withParallel(withStacks(command))))
    .option(
      "--no-artifacts",
      "resolve no secret, write no store and look at no host: enough to plan a pull request",
    )
    .action((names: string[], options: StackOptions) =>
      run(async () => await plan(io, deployOptions(io, names, options), options)),
    );
};

async function plan(io: CliIo, options: DeployOptions, flags: ExpiryFlags): Promise<ExitCode> {
  Terraform.find();
  const started = io.clock();
  const synthesised = await synthesise(options);
  const drift = await driftOf(options, io, synthesised.chosen);
  const planned = await planStacks(synthesised, {
    ...options,
    report: failuresTo(io, "not planned", options.json),
  });
  const stacks = planned.results;
  const hosts = new UnreachedHosts();
  const expiring = expiringIn(
    synthesised.chosen,
    io.now,
    flags,
    policyOf(options.project, options.environment),
  );
  const changing = stacks.filter(({ changes }) => changes !== undefined);
  if (options.json) {
    printJson(
      io,
      stacks.map((changes) => ({
        ...changes,
        ...drift.get(changes.stack),
        expiring: expiringOf(expiring, synthesised.chosen, changes.stack),
      })),
    );
  } else {
    const names = synthesised.chosen.map(({ name }) => name);
    for (const found of stacks) {
      if (found.changes === undefined) printLines(io, `${found.stack}: No changes.`);
      else printChanges(io, io.stdout, found, { number: names.indexOf(found.stack) + 1, of: names.length });
      // On standard output, because a plan is asked for what will happen.
      const warnings = warningLines(hosts.newOf(found.stack, found.warnings).map(plainWarning));
      printStyled(
        io.stdout,
        warnings.map((each) => line("  ", shown("warning", "warning: "), ...each)),
      );
    }
    for (const report of drift.values()) {
      printLines(io, ...driftLines(report, options.environment).map((each) => `drift: ${each}`));
      printLines(io, ...unseenLines(report));
    }
    printWarnings(io, ...expiryLines(expiring));
    const total = `plan: ${changing.length} of ${synthesised.chosen.length} stacks would change${shortfallText(planned, hosts.all)}`;
    printStyled(io.stderr, [line(total, shown("faint", ` (${seconds(io.clock() - started)})`))]);
  }
  if (fellShort(planned)) return 2;
  const hasDrift = [...drift.values()].some(({ drifted }) => drifted.length > 0);
  return changing.length > 0 || hasDrift || failsForExpiry(flags, expiring) ? 1 : 0;
}
