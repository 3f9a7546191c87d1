import { cannotRotate, requestAnew, requestOf } from "../../lock";
import type { RequestedIdentityRequest } from "../../model";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { commandFor, type RotationContext } from "./context";
import type { RotateFlags } from "./options";
import { printChanges, printSteps } from "./print";

/**
 * Asks for the next certificate of an identity that somebody else's authority issues, unless that was done already. Its
 * completion announces it, where somebody has to trust another certificate before it is served.
 *
 * @throws LockError `cannot-rotate` where it is to be cross-signed
 */
export function runAsk(
  io: CliIo,
  context: RotationContext,
  { id, request }: { readonly id: string; readonly request: RequestedIdentityRequest },
  { json, crossSign }: RotateFlags,
): ExitCode {
  const { session, lock } = context;
  if (crossSign) throw cannotRotate(id, "its root is somebody else's, so nothing here can cross-sign it");
  const isWaiting = requestOf(lock, id) !== undefined;
  const changes = isWaiting ? [] : [ask(io, context, id, request)];
  if (json) {
    printJson(io, { changes, waiting: [id] });
    return 0;
  }
  if (isWaiting) printLines(io, `${id} waits for its next certificate already`);
  else printChanges(io, context, changes, session.lock);
  printSteps(
    io,
    context,
    `${commandFor(context, "lock", "request", "export", id)}: the request, for the authority`,
    `${commandFor(context, "lock", "request", "complete", id, "FILE")}: takes what comes back, and announces it where ` +
      "somebody has to trust another certificate first",
  );
  return 0;
}

function ask(io: CliIo, { session, lock }: RotationContext, id: string, request: RequestedIdentityRequest) {
  const asked = requestAnew(session.open().withLock(lock), id, request, {
    now: io.now,
    randomBytes: io.randomBytes,
  });
  session.save(asked.lock);
  return asked.change;
}
