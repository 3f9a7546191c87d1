import type { Command } from "commander";
import { recipientIdOf } from "../../lock";
import type { SecretReference } from "../../model";
import type { CommandContext, DefineCommand } from "../defineCommand";
import type { CliIo, ExitCode } from "../io";
import { acknowledgeCommand } from "./acknowledge";
import { checkLock } from "./checkLock";
import {
  type LockFlags,
  lockCommand,
  rejectContradictions,
  withCheckOptions,
  withLockOptions,
} from "./options";
import { makeKeyFile } from "./keyFile";
import { mergeCommand } from "./mergeCommand";
import { addRecipient, removeRecipient } from "./recipients";
import { recipientCommands } from "./recipientCommands";
import { renewCommand } from "./renewCommand";
import { requestCommands } from "./request/requestCommands";
import { showCommands } from "./showCommand";
import { runUpdate } from "./updateLock";

/** `cdktf-trust lock`: bring the lock of an environment to hold what its stacks declare. */
export const defineLock: DefineCommand = (command, { io, run }) => {
  lockCommand(command).action((flags: LockFlags) =>
    run(async () => {
      rejectContradictions(flags);
      if (flags.newKey !== undefined) return makeKeyFile(io, flags.newKey, flags);
      if (flags.addRecipient !== undefined) return addBySecret(io, flags.addRecipient, flags);
      if (flags.removeRecipient !== undefined) return removeRecipient(io, flags.removeRecipient, flags);
      return flags.check ? await checkLock(io, flags) : await runUpdate(io, flags);
    }),
  );
  checkCommand(command, { io, run });
  renewCommand(command, { io, run });
  showCommands(command, { io, run });
  recipientCommands(command, { io, run });
  mergeCommand(command, { io, run });
  requestCommands(command, { io, run });
  acknowledgeCommand(command, { io, run });
};

/** `lock check`: as `lock --check`. */
function checkCommand(lock: Command, { io, run }: CommandContext): void {
  withCheckOptions(withLockOptions(lock.command("check")))
    .description(
      "change nothing; exit 1 where the lock does not hold what is declared, or what a host presents",
    )
    .action((_options: unknown, command: Command) =>
      run(async () => await checkLock(io, { ...command.optsWithGlobals<LockFlags>(), check: true })),
    );
}

function addBySecret(io: CliIo, reference: SecretReference, flags: LockFlags): ExitCode {
  const id = flags.recipientId ?? recipientIdOf(reference);
  return addRecipient(io, { id, keyOf: (resolveSecret) => resolveSecret(reference) }, flags);
}
