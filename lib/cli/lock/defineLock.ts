import type { DefineCommand } from "../defineCommand";
import { acknowledgeCommand } from "./acknowledge";
import { checkLock } from "./checkLock";
import { type LockFlags, lockCommand, rejectContradictions } from "./options";
import { makeKeyFile } from "./keyFile";
import { mergeCommand } from "./mergeCommand";
import { addRecipient, removeRecipient } from "./recipients";
import { requestCommands } from "./request/requestCommands";
import { runUpdate } from "./updateLock";

/** `cdktf-trust lock`: bring the lock of an environment to hold what its stacks declare. */
export const defineLock: DefineCommand = (command, { io, run }) => {
  lockCommand(command).action((flags: LockFlags) =>
    run(async () => {
      rejectContradictions(flags);
      if (flags.newKey !== undefined) return makeKeyFile(io, flags.newKey, flags);
      if (flags.addRecipient !== undefined) return addRecipient(io, flags.addRecipient, flags);
      if (flags.removeRecipient !== undefined) return removeRecipient(io, flags.removeRecipient, flags);
      return flags.check ? await checkLock(io, flags) : await runUpdate(io, flags);
    }),
  );
  mergeCommand(command, { io, run });
  requestCommands(command, { io, run });
  acknowledgeCommand(command, { io, run });
};
