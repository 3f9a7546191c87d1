import { parseSecretReference } from "../../hosts";
import type { SecretReference } from "../../model";
import type { DefineCommand } from "../defineCommand";
import { type CliIo, type ExitCode, printJson, printLines, printWarnings } from "../io";
import { type MoveReport, move } from "./move";
import { parseRename } from "./rename";

interface MoveFlags {
  readonly environment?: string;
  readonly key?: SecretReference;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** `cdktf-trust mv`: carries a rename in the code to lock, state and claims, so that nothing is issued or replaced. */
export const defineMv: DefineCommand = (command, { io, run }) => {
  command
    .argument("<old>", "what it was called: STACK/KEY as trust-plan.json writes it, or a stack")
    .argument("<new>", "what the code calls it now")
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--key <reference>", "key of the lock: env:NAME, file:PATH or cmd:COMMAND", parseSecretReference)
    .option("--dry-run", "show what would be moved, and move nothing", false)
    .option("--json", "print JSON for tools", false)
    .action((from: string, to: string, flags: MoveFlags) =>
      run(async () => report(io, await move(io, parseRename(from, to), flags), flags)),
    );
};

function report(io: CliIo, done: MoveReport, { json, dryRun }: MoveFlags): ExitCode {
  const unreached = done.claims.flatMap(({ host, path, problem }) =>
    problem === undefined ? [] : [{ place: `${host}:${path}`, problem }],
  );
  if (json) printJson(io, { dryRun, ...done });
  else {
    const lines = linesOf(done);
    const nothing = unreached.length === 0 ? ["nothing is left to move"] : [];
    const outcome = dryRun ? "nothing was moved (--dry-run)" : "moved; cdktf-trust plan shows what is left";
    printLines(io, ...(lines.length === 0 ? nothing : [...lines, outcome]));
    printWarnings(
      io,
      ...unreached.map(
        ({ place, problem }) =>
          `the record beside ${place} still names the old stack; run this again when it can be reached: ${problem}`,
      ),
    );
  }
  return unreached.length === 0 ? 0 : 1;
}

function linesOf({ lock, state, claims }: MoveReport): string[] {
  return [
    ...lock.map(({ from, to }) => `lock: ${from} is ${to}`),
    ...state.map(({ fromStack, from, toStack, to }) =>
      fromStack === toStack
        ? `state of ${toStack}: ${from} is ${to}`
        : `state of ${fromStack}: ${from} is ${to} in ${toStack}`,
    ),
    ...claims
      .filter(({ problem }) => problem === undefined)
      .map(({ host, path, claims: count }) => `record beside ${host}:${path}: ${count} of the new stack`),
  ];
}
