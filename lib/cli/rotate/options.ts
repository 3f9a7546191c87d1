import type { Command } from "commander";
import type { SecretReference } from "../../model";
import { UsageError } from "../errors";
import { withLockOptions } from "../lock/options";

/** Options as commander reads them. */
export interface RotateFlags {
  readonly environment?: string;
  readonly crossSign: boolean;
  readonly advance: boolean;
  readonly back: boolean;
  readonly status: boolean;
  readonly receipt: readonly string[];
  readonly key?: SecretReference;
  readonly json: boolean;
}

export function withRotateOptions(command: Command): Command {
  return withLockOptions(command)
    .argument("[identity]", "id of the identity, as the lock has it")
    .option("--cross-sign", "let the former root vouch for the next one as long as the rotation lasts", false)
    .option(
      "--advance",
      "take in what shows that the generation was read, and go on once nothing is missing",
      false,
    )
    .option(
      "--receipt <files...>",
      "with --advance: receipt.json of deploys, in place of a look at the hosts",
      [],
    )
    .option("--back", "take the last step back", false)
    .option("--status", "say where every rotation stands, and what is next", false);
}

/** @throws UsageError where it is not clear what is asked for */
export function checkRotateFlags(id: string | undefined, flags: RotateFlags): void {
  const asked = [
    flags.advance ? "--advance" : undefined,
    flags.back ? "--back" : undefined,
    flags.status ? "--status" : undefined,
    flags.crossSign ? "--cross-sign" : undefined,
  ].filter((option) => option !== undefined);
  if (asked.length > 1)
    throw new UsageError(`${asked.join(" and ")} do not go together; run one, then the other`);
  if (flags.receipt.length > 0 && !flags.advance) throw new UsageError("--receipt goes with --advance");
  if (id === undefined && !flags.status)
    throw new UsageError("name the identity to rotate, as the lock has it, or ask for --status");
}
