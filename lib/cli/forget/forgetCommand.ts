import type { DefineCommand } from "../defineCommand";
import { approveAll, askForApproval } from "../deploy/approve";
import { type CliIo, printJson, printLines } from "../io";
import { type Forgotten, forgetHost } from "./forgetHost";

interface ForgetFlags {
  readonly environment?: string;
  readonly autoApprove: boolean;
  readonly json: boolean;
}

/** `cdktf-trust forget`: lets go of a machine that nobody will reach again. */
export const defineForget: DefineCommand = (command, { io, run }) => {
  command
    .argument(
      "<host>",
      "id of the host, or its address in the state (local:DIRECTORY) where it is declared no more",
    )
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--auto-approve", "let go without asking", false)
    .option("--json", "print JSON for tools", false)
    .action((host: string, flags: ForgetFlags) =>
      run(async () => {
        const approve = flags.autoApprove ? approveAll : askForApproval;
        const forgotten = await forgetHost(io, host, { ...flags, approve });
        if (flags.json) printJson(io, forgotten);
        else report(io, forgotten);
        return 0;
      }),
    );
};

function report(io: CliIo, { host, isDeclared, stacks }: Forgotten): void {
  if (stacks.length === 0) printLines(io, `no state holds anything of ${host}`);
  for (const { stack, rows, isForgotten } of stacks) {
    const count = rows.length === 1 ? "1 row" : `${rows.length} rows`;
    printLines(io, `${stack}: ${isForgotten ? `let go of ${count}` : "kept, because it was not approved"}`);
  }
  if (stacks.every(({ isForgotten }) => !isForgotten)) return;
  if (isDeclared)
    printLines(
      io,
      `${host} is still declared: destroy works as it is; take it out of the code before the next plan or deploy`,
    );
  const owners = stacks.map(({ owner }) => owner).join(", ");
  printLines(
    io,
    `if ${host} ever comes back, all that was delivered is still on it, keys included, claimed by ${owners}`,
    "declared again and deployed, what is there as declared becomes this state's again; what differs is refused until " +
      "`--take-over` names that owner, or somebody puts it back by hand",
  );
}
