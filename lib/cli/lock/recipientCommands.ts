import type { Command } from "commander";
import { resolve } from "node:path";
import { createRecipientKeyFile, looksLikePublicKey, recipientIdOf } from "../../lock";
import { parseSecretReference } from "../../hosts";
import type { CommandContext } from "../defineCommand";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { type CommonLockFlags, type LockFlags, allOptions, withLockOptions, withRole } from "./options";
import { addRecipient, listRecipients, rekey, removeRecipient } from "./recipients";

/** `lock recipients` and `lock rekey`: who opens the lock, and with which keys. */
export function recipientCommands(lock: Command, { io, run }: CommandContext): void {
  const recipients = lock.command("recipients").description("say who opens the lock, and change it");
  withLockOptions(recipients.command("list"))
    .description("who opens the lock, and what they may do")
    .action((_options: unknown, command: Command) =>
      run(async () => await Promise.resolve(listRecipients(io, allOptions(command)))),
    );
  withRole(withLockOptions(recipients.command("add")))
    .description("let one more key open the lock")
    .argument(
      "<key>",
      "a public key of `recipients new-key`, or where a secret is: env:NAME, file:PATH, cmd:COMMAND",
    )
    .option("--id <id>", "what to call the recipient (default for a secret: after its reference)")
    .action((key: string, _options: unknown, command: Command) =>
      run(async () => await Promise.resolve(add(io, key, command.optsWithGlobals<AddFlags>()))),
    );
  withLockOptions(recipients.command("remove"))
    .description("shut a recipient out: a new data key, every private key encrypted anew")
    .argument("<id>")
    .action((id: string, _options: unknown, command: Command) =>
      run(async () => await Promise.resolve(removeRecipient(io, id, allOptions(command)))),
    );
  recipients
    .command("new-key")
    .description("make a key pair of your own: the private key in a new file (0600), the public one printed")
    .argument("<file>")
    .option("--json", "print JSON for tools", false)
    .action((file: string, _options: unknown, command: Command) =>
      run(async () => await Promise.resolve(newKey(io, file, allOptions(command)))),
    );
  withLockOptions(lock.command("rekey"))
    .description("put the lock under a new data key, wrapped for the same recipients")
    .option("--signer", "and make a new signer, which is pinned in the place of the former one", false)
    .action((_options: unknown, command: Command) =>
      run(async () => {
        const flags = command.optsWithGlobals<CommonLockFlags & { readonly signer: boolean }>();
        return await Promise.resolve(rekey(io, flags));
      }),
    );
}

type AddFlags = CommonLockFlags & Pick<LockFlags, "role"> & { readonly id?: string };

function add(io: CliIo, key: string, flags: AddFlags): ExitCode {
  if (!looksLikePublicKey(key)) {
    const reference = parseSecretReference(key);
    const id = flags.id ?? recipientIdOf(reference);
    return addRecipient(io, { id, keyOf: (resolveSecret) => resolveSecret(reference) }, flags);
  }
  const { id } = flags;
  if (id === undefined) {
    throw new UsageError("a public key does not say whose it is: add --id, for example --id alice");
  }
  return addRecipient(io, { id, keyOf: () => key }, flags);
}

/** The public key is printed, and is no secret; the private one is shown nowhere. */
function newKey(io: CliIo, file: string, { json }: Pick<CommonLockFlags, "json">): ExitCode {
  const publicKey = createRecipientKeyFile(resolve(io.workingDirectory, file), io.randomBytes);
  if (publicKey === undefined) {
    throw new UsageError(`${file} is there already and was left as it is; name a file that is not`);
  }
  if (json) printJson(io, { file, publicKey });
  else {
    printLines(
      io,
      `${file}: a new private key, readable by you alone; keep it out of version control`,
      `public key, for whoever adds you: ${publicKey}`,
      `cdktf-trust lock recipients add ${publicKey} --id NAME --role open`,
      `once you are added, open the lock with --key file:${file}`,
    );
  }
  return 0;
}
