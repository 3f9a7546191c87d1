import { type Command, Option } from "commander";
import { parseSecretReference } from "../../hosts";
import type { SecretReference } from "../../model";
import { UsageError } from "../errors";
import { type ExpiryFlags, withExpiry } from "../expiry";
import { wholeNumber } from "../store/options";

/** What all commands of a lock take. */
export interface CommonLockFlags {
  readonly environment?: string;
  readonly key?: SecretReference;
  readonly json: boolean;
}

/** Options as commander reads them. */
export interface LockFlags extends CommonLockFlags, ExpiryFlags {
  readonly observe: boolean;
  readonly check: boolean;
  readonly against?: string;
  readonly renew: readonly string[];
  readonly renewWithin?: number;
  readonly newKey?: string;
  readonly addRecipient?: SecretReference;
  readonly recipientId?: string;
  readonly role: "open" | "sign";
  readonly removeRecipient?: string;
}

const REFERENCE = "env:NAME, file:PATH or cmd:COMMAND";

/** Adds what all commands of a lock take. */
export function withLockOptions(command: Command): Command {
  return command
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--key <reference>", `key of the lock: ${REFERENCE}`, parseSecretReference)
    .option("--json", "print JSON for tools", false);
}

/** The options of a command below `lock`, which has some of the same and takes them first, wherever they stand. */
export function allOptions(command: Command): CommonLockFlags {
  return command.optsWithGlobals<CommonLockFlags>();
}

/** Adds what a new recipient may do. */
export function withRole(command: Command): Command {
  return command.addOption(
    new Option(
      "--role <role>",
      "what the new recipient may do: open reads private keys, sign also changes the lock",
    )
      .choices(["open", "sign"])
      .default("sign"),
  );
}

/** Adds what a check takes. */
export function withCheckOptions(command: Command): Command {
  return withExpiry(command)
    .option("--observe", "also read the certificates that stay on their hosts", false)
    .option(
      "--against <file-or-ref>",
      "of a check: refuse generations below those of a file or a git commit",
    );
}

export function lockCommand(command: Command): Command {
  return withRole(withCheckOptions(withLockOptions(command)))
    .option("--check", "change nothing; exit 1 where the lock does not hold what is declared", false)
    .option("--renew <ids...>", "identities that get a new key and certificate", [])
    .option("--renew-within <days>", "renew what expires within so many days", wholeNumber)
    .option("--new-key <file>", "write a new key for a lock to a file (0600), and nothing else")
    .option("--add-recipient <reference>", "let one more key open the lock", parseSecretReference)
    .option("--recipient-id <id>", "what to call the new recipient (default: after its reference)")
    .option(
      "--remove-recipient <id>",
      "shut a recipient out: a new data key, every private key encrypted anew",
    );
}

/** @throws UsageError where two options ask for different things */
export function rejectContradictions(flags: LockFlags): void {
  const asked = [
    flags.newKey === undefined ? undefined : "--new-key",
    flags.addRecipient === undefined ? undefined : "--add-recipient",
    flags.removeRecipient === undefined ? undefined : "--remove-recipient",
    flags.check ? "--check" : undefined,
    flags.observe && !flags.check ? "--observe" : undefined,
    flags.renew.length > 0 || flags.renewWithin !== undefined ? "--renew" : undefined,
  ].filter((option) => option !== undefined);
  if (asked.length > 1)
    throw new UsageError(`${asked.join(" and ")} do not go together; run one, then the other`);
  if (flags.against !== undefined && !flags.check) throw new UsageError("--against goes with --check");
  if (flags.expiringWithin !== undefined && !flags.check) {
    const renew = `--renew-within ${flags.expiringWithin}`;
    throw new UsageError(`--expiring-within goes with --check; ${renew} renews what is made here`);
  }
  if (flags.recipientId !== undefined && flags.addRecipient === undefined) {
    throw new UsageError("--recipient-id goes with --add-recipient");
  }
}
