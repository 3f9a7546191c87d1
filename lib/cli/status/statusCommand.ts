import type { DefineCommand } from "../defineCommand";
import { failsForExpiry, withExpiry } from "../expiry";
import { type ExitCode, printJson } from "../io";
import { printStyled } from "../screen";
import { type Status, type StatusFlags, gatherStatus } from "./gather";
import { statusLines } from "./lines";

/** `cdktf-trust status`: the page that is looked at in the morning. */
export const defineStatus: DefineCommand = (command, { io, run }) => {
  withExpiry(command)
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--json", "print JSON for tools", false)
    .action((flags: StatusFlags) =>
      run(async () => {
        const status = await gatherStatus(io, flags);
        if (flags.json) printJson(io, statusJson(status));
        else printStyled(io.stdout, statusLines(status));
        return exitCodeOf(status, flags);
      }),
    );
};

/** 1 where somebody has to do something now. */
function exitCodeOf({ hops, drift, owed, expiring }: Status, flags: StatusFlags): ExitCode {
  const isCalm = hops.every(({ ok }) => ok) && drift.drifted.length === 0 && owed.length === 0;
  return isCalm && !failsForExpiry(flags, expiring) ? 0 : 1;
}

function statusJson({ rows, drift, ...status }: Status): object {
  const unproven = rows.filter(({ verdict }) => verdict === "not proven");
  return {
    ...status,
    unproven: unproven.map(({ hopId, reason }) => ({ hopId, reason })),
    ...drift,
  };
}
