import type { DefineCommand } from "../defineCommand";
import { runAdvance } from "./advanceCommand";
import { runAnnounce } from "./announceCommand";
import { runBack } from "./backCommand";
import { rotationContext } from "./context";
import { checkRotateFlags, type RotateFlags, withRotateOptions } from "./options";
import { runStatus } from "./statusCommand";

/** `cdktf-trust rotate`: give an identity its next generation in steps, so that no call fails. */
export const defineRotate: DefineCommand = (command, { io, run }) => {
  withRotateOptions(command).action((id: string | undefined, flags: RotateFlags) =>
    run(async () => {
      checkRotateFlags(id, flags);
      const context = await rotationContext(io, flags);
      if (id === undefined || flags.status) return await runStatus(io, context, id, flags);
      if (flags.advance) return await runAdvance(io, context, id, flags);
      return flags.back ? runBack(io, context, id, flags) : runAnnounce(io, context, id, flags);
    }),
  );
};
