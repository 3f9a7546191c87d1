import { fileReader, revoke } from "../../lock";
import { exposures, replacedHops } from "../../rotation";
import type { DefineCommand } from "../defineCommand";
import type { CliIo, ExitCode } from "../io";
import { type RotationContext, rotationContext } from "../rotate/context";
import { type RevokeFlags, withRevokeOptions } from "./options";
import { reportRevocation } from "./report";

/** `cdktf-trust revoke`: replace an identity at once, because its key is in somebody else's hands. */
export const defineRevoke: DefineCommand = (command, { io, run }) => {
  withRevokeOptions(command).action((id: string, flags: RevokeFlags) =>
    run(async () => runRevoke(io, await rotationContext(io, flags), id, flags)),
  );
};

function runRevoke(io: CliIo, context: RotationContext, id: string, flags: RevokeFlags): ExitCode {
  const { session, project, plan, plans, lock, resolveSecret } = context;
  const { lock: after, changes } = revoke({
    plan,
    lock,
    open: () => session.open(),
    id,
    now: io.now,
    randomBytes: io.randomBytes,
    readFile: fileReader(project.directory),
    resolveSecret,
  });
  if (!flags.dryRun) session.save(after);
  const replaced = { plans, before: lock, after, identityIds: changes.map((change) => change.id) };
  reportRevocation(io, context, {
    ...flags,
    changes,
    after,
    hops: replacedHops(replaced),
    exposed: exposures(replaced),
  });
  return 0;
}
