import type { Command } from "commander";
import { parseSecretReference } from "../../../hosts";
import type { CommandContext } from "../../defineCommand";
import type { ExitCode } from "../../io";
import { withLockOptions } from "../options";
import { completeRequests } from "./complete";
import { exportRequest } from "./exportRequest";
import { listRequests } from "./list";
import { newRequest } from "./newRequest";
import { showRequest } from "./show";

/** `cdktf-trust lock request`: certificates that somebody else's authority is asked for. */
export function requestCommands(lock: Command, { io, run }: CommandContext): void {
  const request = lock
    .command("request")
    .description("ask somebody else's authority for certificates, and take what comes back");
  const define = (
    signature: string,
    description: string,
    action: (command: Command, words: readonly (readonly string[])[]) => Promise<ExitCode>,
  ): Command => {
    const command = withLockOptions(request.command(signature)).description(description);
    return command.action((...given: unknown[]) => {
      // Commander hands over its options and itself after the arguments.
      const words = given.slice(0, -2).map((word) => [word].flat().map(String));
      return run(async () => await action(command, words));
    });
  };
  define("list", "say what waits for a certificate, since when, and for which hops", (command) =>
    listRequests(io, command.optsWithGlobals()),
  );
  define("show <id>", "say what a request asks for", (command, [[id = ""] = []]) =>
    showRequest(io, id, command.optsWithGlobals()),
  );
  define("export <id>", "print a request (PKCS#10) for the authority", (command, [[id = ""] = []]) =>
    exportRequest(io, id, command.optsWithGlobals()),
  )
    .option("--out <file>", "write it to a file instead")
    .option("--der", "DER instead of PEM; with --out");
  define(
    "complete <id> <files...>",
    "pin the certificate that came back: PEM, DER, PKCS#7 (.p7b), PKCS12 or JKS",
    (command, [[id = ""] = [], files = []]) => completeRequests(io, id, files, command.optsWithGlobals()),
  )
    .option("--password <reference>", "password of a store among the files", parseSecretReference)
    .option("--chain <files...>", "issuers that the files leave out");
  define("new <id>", "make another request, in the place of one that waits", (command, [[id = ""] = []]) =>
    newRequest(io, id, command.optsWithGlobals()),
  ).option("--same-key", "for the key of the certificate that is served");
}
