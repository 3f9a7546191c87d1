import { completeRequest, fileReader, readAnswer, requirePolicy } from "../../../lock";
import { type SecretReference, joinPlans } from "../../../model";
import { trustsAnewIn } from "../../../rotation";
import { noStacks } from "../../deploy/errors";
import { type CliIo, type ExitCode, printWarnings } from "../../io";
import { readInput } from "../../readInput";
import { printAnnounced } from "../announced";
import { declaredPlans, lockContext } from "../context";
import { reportLock } from "../report";
import type { RequestFlags } from "./flags";
import { requiredLock, waitingRequest } from "./waiting";

/** Pins the certificate that came back for a request; where anything of it is not as it was asked for, nothing changes. */
export async function completeRequests(
  io: CliIo,
  id: string,
  files: readonly string[],
  flags: RequestFlags & { readonly password?: SecretReference; readonly chain?: readonly string[] },
): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const { session, resolveSecret, policy, environment, project } = context;
  const lock = requiredLock(context);
  waitingRequest(lock, id);
  const given = [...files, ...(flags.chain ?? [])].map((name) => ({ name, bytes: readInput(io, name) }));
  const password = flags.password === undefined ? undefined : resolveSecret(flags.password);
  const answer = readAnswer(given, password);
  const plans = await declaredPlans(io, context, flags);
  const [first, ...others] = plans;
  if (first === undefined) throw noStacks();
  const completed = completeRequest(lock, () => session.open(), {
    plan: joinPlans([first, ...others]),
    id,
    answer,
    trustsAnew: trustsAnewIn(plans, lock),
    now: io.now,
    randomBytes: io.randomBytes,
    readFile: fileReader(project.directory),
    resolveSecret,
  });
  requirePolicy({ before: lock, after: completed.lock, policy, environment });
  session.save(completed.lock);
  printWarnings(io, ...completed.warnings.map((warning) => `${id}: ${warning}`));
  reportLock(io, { context, lock: session.lock, changes: completed.changes, observations: [] }, flags);
  if (!flags.json) printAnnounced(io, context, session.lock, completed.changes);
  return 0;
}
