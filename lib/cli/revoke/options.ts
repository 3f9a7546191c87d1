import type { Command } from "commander";
import { parseSecretReference } from "../../hosts";
import type { SecretReference } from "../../model";

/** Options as commander reads them. */
export interface RevokeFlags {
  readonly environment?: string;
  readonly dryRun: boolean;
  readonly key?: SecretReference;
  readonly json: boolean;
}

export function withRevokeOptions(command: Command): Command {
  return command
    .argument("<identity>", "id of the identity whose key is not its own any more, as the lock has it")
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--dry-run", "say what would come of it, and leave the lock as it is", false)
    .option("--key <reference>", "key of the lock: env:NAME, file:PATH or cmd:COMMAND", parseSecretReference)
    .option("--json", "print JSON for tools", false);
}
