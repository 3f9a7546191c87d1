import type { RequestedIdentityRequest } from "../../model";
import type { DefineCommand } from "../defineCommand";
import { runAdvance } from "./advanceCommand";
import { runAnnounce } from "./announceCommand";
import { runAsk } from "./askCommand";
import { runBack } from "./backCommand";
import { type RotationContext, rotationContext } from "./context";
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
      if (flags.back) return runBack(io, context, id, flags);
      const asked = declaredRequest(context, id);
      return asked === undefined
        ? runAnnounce(io, context, id, flags)
        : runAsk(io, context, { id, request: asked }, flags);
    }),
  );
};

/** What is asked of somebody else's authority; undefined for what is made here, or changes in steps already. */
function declaredRequest({ plan, lock }: RotationContext, id: string): RequestedIdentityRequest | undefined {
  const request = plan.identities.find((identity) => identity.id === id)?.request;
  if (request?.kind !== "requested" || lock.identities.get(id)?.rotation !== undefined) return undefined;
  return request;
}
