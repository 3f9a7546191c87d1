import type { SecretResolver } from "../../hosts";
import { type Lock, type OpenLock, formatPublicKey, noLock } from "../../lock";
import { type CliIo, type ExitCode, printJson, printLines, printText } from "../io";
import { formatTable } from "../table";
import { type LockContext, lockContext } from "./context";
import type { CommonLockFlags, LockFlags } from "./options";
import { reportSigner } from "./report";

/** Who is to open the lock, and what they are known by: a public key or a secret. */
export interface NewRecipient {
  readonly id: string;
  readonly keyOf: (resolveSecret: SecretResolver) => string;
}

/** Says who opens the lock, and what they may do. */
export function listRecipients(io: CliIo, flags: CommonLockFlags): ExitCode {
  const { lock, shownPath, environment } = existingLock(io, flags);
  const recipients = lock.recipients.map(({ id, kind, role, publicKey }) => ({
    id,
    role,
    kind,
    publicKey: formatPublicKey(publicKey),
  }));
  if (flags.json) printJson(io, { lock: shownPath, environment, recipients });
  else {
    const rows = recipients.map(({ id, role, kind, publicKey }) => [
      id,
      role,
      kind === "passphrase" ? "a passphrase" : publicKey,
    ]);
    printText(io, formatTable(["recipient", "may", "known by"], rows));
  }
  return 0;
}

/** Lets one more key open the lock. */
export function addRecipient(
  io: CliIo,
  { id, keyOf }: NewRecipient,
  flags: CommonLockFlags & Pick<LockFlags, "role">,
): ExitCode {
  return change(io, flags, `added recipient ${id}`, (open, { resolveSecret }) =>
    open.addRecipient(id, keyOf(resolveSecret), flags.role, io.randomBytes),
  );
}

/** Shuts a recipient out of what is written from now on. */
export function removeRecipient(io: CliIo, id: string, flags: CommonLockFlags): ExitCode {
  return change(
    io,
    flags,
    `removed recipient ${id}; what they could read before, they may have kept: renew it with \`lock renew\``,
    (open) => open.removeRecipient(id, io.randomBytes),
  );
}

/** Puts the lock under new keys, for the same recipients. */
export function rekey(io: CliIo, flags: CommonLockFlags & { readonly signer: boolean }): ExitCode {
  return change(
    io,
    flags,
    `a new data key${flags.signer ? " and a new signer" : ""}; the recipients open it with the keys that they have, ` +
      "and what somebody has read before, they may have kept: renew it with `lock renew`",
    (open) => open.rekeyed(flags, io.randomBytes),
  );
}

function change(
  io: CliIo,
  flags: CommonLockFlags,
  done: string,
  action: (open: OpenLock, context: LockContext) => OpenLock,
): ExitCode {
  const context = existingLock(io, flags);
  const { session, environment, shownPath } = context;
  const signersBefore = session.signers;
  const open = action(session.open(), context);
  session.save(open.lock, open);
  if (flags.json)
    printJson(io, { lock: shownPath, environment, recipients: idsOf(open.lock), signers: session.signers });
  else printLines(io, `${shownPath}: ${done}`, `recipients: ${idsOf(open.lock).join(", ")}`);
  reportSigner(io, context, signersBefore, flags);
  return 0;
}

function existingLock(io: CliIo, flags: CommonLockFlags): LockContext & { readonly lock: Lock } {
  const context = lockContext(io, flags);
  const { lock, path } = context.session;
  if (lock === undefined) throw noLock(path, context.environment);
  return { ...context, lock };
}

function idsOf(lock: Lock): string[] {
  return lock.recipients.map(({ id }) => id);
}
