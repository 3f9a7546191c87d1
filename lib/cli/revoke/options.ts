import type { Command } from "commander";
import type { SecretReference } from "../../model";
import { withLockOptions } from "../lock/options";

/** Options as commander reads them. */
export interface RevokeFlags {
  readonly environment?: string;
  readonly dryRun: boolean;
  readonly key?: SecretReference;
  readonly json: boolean;
}

export function withRevokeOptions(command: Command): Command {
  return withLockOptions(command)
    .argument("<identity>", "id of the identity whose key is not its own any more, as the lock has it")
    .option("--dry-run", "say what would come of it, and leave the lock as it is", false);
}
