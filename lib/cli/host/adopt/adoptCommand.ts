import type { Command } from "commander";

import { groupBy } from "../../../model/groupBy";
import type { CommandContext } from "../../defineCommand";
import { type CliIo, type ExitCode, printJson, printLines } from "../../io";
import { withSearch } from "../inventory/options";
import type { Adoption, AdoptFlags } from "./adopt";

/** `cdktf-trust host adopt`: writes the code that declares what stands on hosts. */
export function defineAdopt(command: Command, { io, run }: CommandContext): void {
  withSearch(command.command("adopt"))
    .description("write a stack that declares the stores of hosts as they are; changes nothing on the hosts")
    .argument("<hosts...>", "addresses (local:DIRECTORY, local:/, ssh://[user@]host[:port]) or ids of hosts")
    .requiredOption("--stack <name>", "name of the stack to write")
    .option("--host <id>", "id of the one host in the code, where it is given as an address")
    .option(
      "--only <path>",
      "file or directory on the hosts whose stores are declared; may be repeated (default: all that was found)",
      (path: string, before: readonly string[]) => [...before, path],
      [],
    )
    .option("--out <file>", "file to write, relative to the project (default: stacks/<name>.ts)")
    .option("--json", "print JSON for tools", false)
    .action((hosts: string[], flags: AdoptFlags) =>
      run(async () => {
        const { adopt } = await import("./adopt");
        const adoption = await adopt(io, hosts, flags);
        if (flags.json) printJson(io, adoption);
        else report(io, adoption, flags);
        return 0 satisfies ExitCode;
      }),
    );
}

function report(
  io: CliIo,
  { stackFile, className, files, leftOut, newVariables }: Adoption,
  { stack }: AdoptFlags,
): void {
  for (const [reason, same] of groupBy(leftOut, (one) => one.reason)) {
    printLines(io, `left out: ${reason}`);
    for (const { host, path, alias } of same)
      printLines(io, `  ${host}:${path}${alias === undefined ? "" : ` "${alias}"`}`);
  }
  for (const { path, written } of files)
    printLines(io, `${path}: ${written ? "written" : "is there already, the same"}`);
  for (const { name, path } of newVariables)
    printLines(
      io,
      `set ${name}: a known default opens ${path} today; change it with cdktf-trust store change-password`,
    );
  const module = stackFile.replace(/\.ts$/, "");
  printLines(
    io,
    `next: in main.ts, import { ${className} } from "./${module}" and new ${className}(app, "${stack}")`,
    "next: cdktf-trust lock --observe, which pins the certificates, and commit all of it for a review",
    `next: cdktf-trust host import ${stack}, after which cdktf-trust plan ${stack} says "No changes"`,
  );
}
