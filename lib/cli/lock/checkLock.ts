import {
  fileReader,
  type StaleIdentity,
  StaleLockError,
  lockKeyNeeded,
  pinIdentities,
  pruneLock,
} from "../../lock";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { declaredPlans, lockContext } from "./context";
import type { LockFlags } from "./options";

/** Says what `cdktf-trust lock` would do, without a key and without doing it. */
export async function checkLock(io: CliIo, flags: LockFlags): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const { environment, session, shownPath } = context;
  const plans = await declaredPlans(context, flags);
  const found = new Map<string, string>();
  for (const plan of plans) {
    const check = () =>
      pinIdentities({
        plan,
        lock: session.lock,
        open: () => {
          throw lockKeyNeeded(environment);
        },
        frozen: true,
        now: io.now,
        randomBytes: io.randomBytes,
        readFile: fileReader(context.project.directory),
        resolveSecret: context.resolveSecret,
      });
    for (const { id, reason } of staleOf(check)) found.set(id, reason);
  }
  const unused = session.lock === undefined ? [] : pruneLock(session.lock, plans).changes;
  for (const { id, reason } of unused) found.set(id, reason);

  const stale = [...found].map(([id, reason]) => ({ id, reason }));
  if (flags.json) printJson(io, { lock: shownPath, environment, stale });
  else if (stale.length === 0) printLines(io, `${shownPath} holds what is declared`);
  else {
    printLines(
      io,
      `${shownPath} does not hold what is declared:`,
      ...stale.map(({ id, reason }) => `  ${id}: ${reason}`),
      `run \`cdktf-trust lock --environment ${environment}\`, review the change and commit it`,
    );
  }
  return stale.length === 0 ? 0 : 1;
}

function staleOf(check: () => unknown): readonly StaleIdentity[] {
  try {
    check();
    return [];
  } catch (error) {
    if (error instanceof StaleLockError) return error.stale;
    throw error;
  }
}
