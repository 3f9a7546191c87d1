import { fileReader, updateLock, type UpdateOptions, type UpdateResult } from "../../lock";
import type { TrustPlan } from "../../model";
import { trustsAnewIn } from "../../rotation";
import type { CliIo } from "../io";
import type { LockContext } from "./context";

/**
 * Brings the lock of an environment to hold what all its stacks declare, with what is renewed.
 *
 * @throws as `updateLock`
 */
export async function updateDeclared(
  io: CliIo,
  { session, project, resolveSecret, policy }: LockContext,
  plans: readonly TrustPlan[],
  meant: Pick<UpdateOptions, "observe" | "renew" | "renewWithinDays">,
): Promise<UpdateResult> {
  return await updateLock({
    ...meant,
    plans,
    session,
    projectDirectory: project.directory,
    prune: true,
    now: io.now,
    randomBytes: io.randomBytes,
    readFile: fileReader(project.directory),
    resolveSecret,
    ...(session.lock === undefined ? {} : { trustsAnew: trustsAnewIn(plans, session.lock) }),
    ...(policy === undefined ? {} : { policy }),
  });
}
