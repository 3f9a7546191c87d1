import type { Command } from "commander";

import type { Inventory } from "../../../inventory";
import type { CommandContext } from "../../defineCommand";
import { UsageError } from "../../errors";
import { type CliIo, type ExitCode, printJson, printText } from "../../io";
import { type SearchFlags, withSearch } from "./options";

interface InventoryFlags extends SearchFlags {
  readonly json: boolean;
  readonly csv: boolean;
}

/** `cdktf-trust host inventory`: what stands on hosts, whoever put it there. */
export function defineInventory(command: Command, { io, run }: CommandContext): void {
  withSearch(command.command("inventory"))
    .description(
      "find stores, certificates and keys on hosts, with what is wrong with them and who trusts whom",
    )
    .argument("<hosts...>", "addresses (local:DIRECTORY, local:/, ssh://[user@]host[:port]) or ids of hosts")
    .option("--json", "print JSON for tools", false)
    .option("--csv", "print one line an entry for spreadsheets", false)
    .action((hosts: string[], flags: InventoryFlags) => run(async () => await inventory(io, hosts, flags)));
}

/** Exit code 2 where a host was not reached, 1 where a rule that is no warning has something to say, or something ends soon. */
async function inventory(io: CliIo, hosts: readonly string[], flags: InventoryFlags): Promise<ExitCode> {
  if (flags.json && flags.csv)
    throw new UsageError("--json and --csv exclude each other; leave one of them out");
  const { takeOnHosts } = await import("./take");
  const { inventory: found } = await takeOnHosts(io, hosts, flags);
  await print(io, found, flags);
  if (found.hosts.some(({ isReached }) => !isReached)) return 2;
  const findings = found.hosts.flatMap(({ files }) => files.flatMap((file) => file.findings));
  return findings.some(({ level, rule }) => level === "error" || rule === "expiring") ? 1 : 0;
}

async function print(io: CliIo, found: Inventory, flags: InventoryFlags): Promise<void> {
  if (flags.json) printJson(io, found);
  else if (flags.csv) {
    const [{ csvOf }, { entryRows }] = await Promise.all([import("./csv"), import("./rows")]);
    printText(io, csvOf(entryRows(found, io.now)));
  } else (await import("./report")).printInventory(io, found);
}
