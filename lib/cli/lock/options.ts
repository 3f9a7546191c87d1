import { type Command, Option } from "commander";
import { parseSecretReference } from "../../hosts";
import type { SecretReference } from "../../model";
import { UsageError } from "../errors";
import { type ExpiryFlags, withExpiry } from "../expiry";
import { wholeNumber } from "../store/options";

/** Options as commander reads them. */
export interface LockFlags extends ExpiryFlags {
  readonly environment?: string;
  readonly observe: boolean;
  readonly check: boolean;
  readonly against?: string;
  readonly renew: readonly string[];
  readonly renewWithin?: number;
  readonly key?: SecretReference;
  readonly newKey?: string;
  readonly addRecipient?: SecretReference;
  readonly recipientId?: string;
  readonly role: "open" | "sign";
  readonly removeRecipient?: string;
  readonly json: boolean;
}

const REFERENCE = "env:NAME, file:PATH or cmd:COMMAND";

export function lockCommand(command: Command): Command {
  return withExpiry(command)
    .option("--environment <name>", "environment (default: the one in the context of cdktf.json)")
    .option("--observe", "also read the certificates that stay on their hosts", false)
    .option("--check", "change nothing; exit 1 where the lock does not hold what is declared", false)
    .option(
      "--against <file-or-ref>",
      "with --check: refuse generations below those of a file or a git commit",
    )
    .option("--renew <ids...>", "identities that get a new key and certificate", [])
    .option("--renew-within <days>", "renew what expires within so many days", wholeNumber)
    .option("--key <reference>", `key of the lock: ${REFERENCE}`, parseSecretReference)
    .option("--new-key <file>", "write a new key for a lock to a file (0600), and nothing else")
    .option("--add-recipient <reference>", "let one more key open the lock", parseSecretReference)
    .option("--recipient-id <id>", "what to call the new recipient (default: after its reference)")
    .addOption(
      new Option(
        "--role <role>",
        "what the new recipient may do: open reads private keys, sign also changes the lock",
      )
        .choices(["open", "sign"])
        .default("sign"),
    )
    .option(
      "--remove-recipient <id>",
      "shut a recipient out: a new data key, every private key encrypted anew",
    )
    .option("--json", "print JSON for tools", false);
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
