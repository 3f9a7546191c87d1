import { type Lock, type OpenLock, noLock, recipientIdOf } from "../../lock";
import type { SecretReference } from "../../model";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { type LockContext, lockContext } from "./context";
import type { LockFlags } from "./options";
import { reportSigner } from "./report";

/** Lets one more key open the lock. */
export function addRecipient(io: CliIo, reference: SecretReference, flags: LockFlags): ExitCode {
  const id = flags.recipientId ?? recipientIdOf(reference);
  return change(io, flags, `added recipient ${id}`, (open, { resolveSecret }) =>
    open.addRecipient(id, resolveSecret(reference), flags.role, io.randomBytes),
  );
}

/** Shuts a recipient out of what is written from now on. */
export function removeRecipient(io: CliIo, id: string, flags: LockFlags): ExitCode {
  return change(
    io,
    flags,
    `removed recipient ${id}; what they could read before, they may have kept: renew it with --renew`,
    (open) => open.removeRecipient(id, io.randomBytes),
  );
}

function change(
  io: CliIo,
  flags: LockFlags,
  done: string,
  action: (open: OpenLock, context: LockContext) => OpenLock,
): ExitCode {
  const context = lockContext(io, flags);
  const { session, environment, shownPath } = context;
  if (session.lock === undefined) throw noLock(session.path, environment);
  const signersBefore = session.signers;
  const open = action(session.open(), context);
  session.save(open.lock, open);
  if (flags.json)
    printJson(io, { lock: shownPath, environment, recipients: idsOf(open.lock), signers: session.signers });
  else printLines(io, `${shownPath}: ${done}`, `recipients: ${idsOf(open.lock).join(", ")}`);
  reportSigner(io, context, signersBefore, flags);
  return 0;
}

function idsOf(lock: Lock): string[] {
  return lock.recipients.map(({ id }) => id);
}
