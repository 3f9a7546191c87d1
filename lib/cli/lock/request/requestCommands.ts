import type { Command } from "commander";
import { parseSecretReference } from "../../../hosts";
import type { SecretReference } from "../../../model";
import type { CommandContext } from "../../defineCommand";
import type { ExitCode } from "../../io";
import { completeRequests } from "./complete";
import { exportRequest } from "./exportRequest";
import { listRequests } from "./list";
import { newRequest } from "./newRequest";
import { showRequest } from "./show";

/** What each command on requests is told, by `lock`, which has the options as well and takes them first. */
export interface RequestFlags {
  readonly environment?: string;
  readonly key?: SecretReference;
  readonly json: boolean;
}

/** `cdktf-trust lock request`: certificates that somebody else's authority is asked for. */
export function requestCommands(lock: Command, { io, run }: CommandContext): void {
  const request = lock
    .command("request")
    .description("ask somebody else's authority for certificates, and take what comes back");
  const define = <Flags extends RequestFlags>(
    signature: string,
    description: string,
    action: (flags: Flags, ...words: readonly string[][]) => Promise<ExitCode>,
  ): Command => {
    const command = request.command(signature).description(description);
    return command.action((...given: unknown[]) => {
      const words = given.slice(0, -2).map((word) => [word].flat() as string[]);
      return run(async () => await action(command.optsWithGlobals<Flags>(), ...words));
    });
  };
  define("list", "say what waits for a certificate, since when, and for which hops", (flags) =>
    listRequests(io, flags),
  );
  define("show <id>", "say what a request asks for", (flags, [id = ""] = []) => showRequest(io, id, flags));
  define<RequestFlags & { out?: string; der?: boolean }>(
    "export <id>",
    "print a request (PKCS#10) for the authority",
    (flags, [id = ""] = []) => exportRequest(io, id, flags),
  )
    .option("--out <file>", "write it to a file instead")
    .option("--der", "DER instead of PEM; with --out");
  define<RequestFlags & { password?: SecretReference; chain?: readonly string[] }>(
    "complete <id> <files...>",
    "pin the certificate that came back: PEM, DER, PKCS#7 (.p7b), PKCS12 or JKS",
    (flags, [id = ""] = [], files = []) => completeRequests(io, id, files, flags),
  )
    .option("--password <reference>", "password of a store among the files", parseSecretReference)
    .option("--chain <files...>", "issuers that the files leave out");
  define<RequestFlags & { sameKey?: boolean }>(
    "new <id>",
    "make another request, in the place of one that waits",
    (flags, [id = ""] = []) => newRequest(io, id, flags),
  ).option("--same-key", "for the key of the certificate that is served");
}
