import type { DefineCommand } from "../defineCommand";
import { defineAdopt } from "./adopt/adoptCommand";
import { runCheck } from "./check";
import { type HostFlags, runClaims } from "./claims";
import { defineImport } from "./importCommand";
import { defineInventory } from "./inventory/inventoryCommand";

/** `cdktf-trust host`: what is on the hosts. */
export const defineHost: DefineCommand = (command, context) => {
  const { io, run } = context;
  command
    .command("check")
    .description(
      "look whether the hosts have what a deploy needs: way in, tools, clock, space, rights, ports",
    )
    .argument("[hosts...]", "ids of hosts (default: all)")
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--json", "print JSON for tools", false)
    .action((hosts: string[], flags: HostFlags) => run(async () => await runCheck(io, hosts, flags)));
  command
    .command("claims")
    .description("list what is claimed in the files that the stacks name, and by whom")
    .argument("[host]", "id of a host (default: all)")
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--json", "print JSON for tools", false)
    .action((host: string | undefined, flags: HostFlags) =>
      run(async () => await runClaims(io, host, flags)),
    );
  defineInventory(command, context);
  defineAdopt(command, context);
  defineImport(command, context);
};
