import { certificatesOfAnswer, completeRequest, requirePolicy } from "../../../lock";
import type { SecretReference } from "../../../model";
import { type CliIo, type ExitCode, printWarnings } from "../../io";
import { readInput } from "../../readInput";
import { lockContext } from "../context";
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
  const { session, resolveSecret, policy, environment } = context;
  const lock = requiredLock(context);
  waitingRequest(lock, id);
  const answer = [...files, ...(flags.chain ?? [])].map((name) => ({ name, bytes: readInput(io, name) }));
  const password = flags.password === undefined ? undefined : resolveSecret(flags.password);
  const completed = completeRequest(lock, () => session.open(), {
    id,
    certificates: certificatesOfAnswer(answer, password),
    now: io.now,
    randomBytes: io.randomBytes,
  });
  requirePolicy({ before: lock, after: completed.lock, policy, environment });
  session.save(completed.lock);
  printWarnings(io, ...completed.warnings.map((warning) => `${id}: ${warning}`));
  reportLock(io, { context, lock: session.lock, changes: [completed.change], observations: [] }, flags);
  return await Promise.resolve(0);
}
