import {
  fileReader,
  type StaleIdentity,
  StaleLockError,
  lockKeyNeeded,
  observeHosts,
  pinIdentities,
  pruneLock,
  rolledBack,
} from "../../lock";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { LOCAL_ENVIRONMENT, type TrustPlan } from "../../model";
import { adoptedDrift, observeCommand, unseenLines } from "./adoptedDrift";
import { readBaseLock } from "./baseLock";
import { type LockContext, declaredPlans, lockContext } from "./context";
import type { LockFlags } from "./options";

/**
 * Says what `cdktf-trust lock` would do, without a key and without doing it, and which adopted certificates are others
 * on their hosts by now, as far as these can be read. With `--observe` all that hosts hold is compared, and one that
 * cannot be read is an error; with `--against` what was rolled back is said too.
 */
export async function checkLock(io: CliIo, flags: LockFlags): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const { environment, session, shownPath } = context;
  const plans = await declaredPlans(io, context, flags);
  const drift = await adoptedDrift(context, plans);
  const found = [
    ...drift.drifted.map(({ id, reason }) => ({ id, reason: `on its host, ${reason}` })),
    ...plans.flatMap((plan) => notPinned(io, context, plan)),
    ...(flags.observe ? await notObserved(io, context, plans) : []),
    ...(session.lock === undefined ? [] : pruneLock(session.lock, plans).changes),
    ...(flags.against === undefined ? [] : takenBack(io, context, flags.against)),
  ];
  const stale = [...new Map(found.map(({ id, reason }) => [id, { id, reason }])).values()];
  if (flags.json) {
    printJson(io, { lock: shownPath, environment, signed: session.isSigned, stale, ...drift });
    return stale.length === 0 ? 0 : 1;
  }
  // The lock of `local` is git-ignored.
  const commit = environment === LOCAL_ENVIRONMENT ? "" : " and commit it";
  const isOnHosts = flags.observe || drift.drifted.length > 0;
  const command = isOnHosts ? observeCommand(environment) : `cdktf-trust lock --environment ${environment}`;
  if (!session.isSigned) printLines(io, `${shownPath} is not signed: run \`${command}\`${commit}`);
  if (stale.length === 0) printLines(io, `${shownPath} holds what is declared`);
  else {
    printLines(
      io,
      `${shownPath} does not hold what is declared:`,
      ...stale.map(({ id, reason }) => `  ${id}: ${reason}`),
      `run \`${command}\`${environment === LOCAL_ENVIRONMENT ? "" : ", review the change and commit it"}`,
    );
  }
  printLines(io, ...unseenLines(drift));
  return stale.length === 0 ? 0 : 1;
}

function notPinned(io: CliIo, context: LockContext, plan: TrustPlan): readonly StaleIdentity[] {
  const { session, environment, project, resolveSecret } = context;
  try {
    pinIdentities({
      plan,
      lock: session.lock,
      open: () => {
        throw lockKeyNeeded(environment);
      },
      frozen: true,
      now: io.now,
      randomBytes: io.randomBytes,
      readFile: fileReader(project.directory),
      resolveSecret,
    });
    return [];
  } catch (error) {
    if (error instanceof StaleLockError) return error.stale;
    throw error;
  }
}

/** What the hosts hold and the lock does not, whether or not the environment is frozen. */
async function notObserved(
  io: CliIo,
  context: LockContext,
  plans: readonly TrustPlan[],
): Promise<StaleIdentity[]> {
  const { lock } = context.session;
  if (lock === undefined) return [];
  const stale: StaleIdentity[] = [];
  for (const plan of plans) {
    const { changes, observations } = await observeHosts({
      plan,
      lock,
      open: () => {
        throw lockKeyNeeded(context.environment);
      },
      projectDirectory: context.project.directory,
      resolveSecret: context.resolveSecret,
      now: io.now,
    });
    stale.push(
      ...changes,
      ...observations.map(({ place, alias, sha256, action }) => ({
        id: place,
        reason: `somebody's entry "${alias}" with ${sha256} ${action === "found" ? "is there by now" : "is gone"}`,
      })),
    );
  }
  return stale;
}

function takenBack(io: CliIo, context: LockContext, fileOrRef: string): StaleIdentity[] {
  const { lock } = context.session;
  const base = readBaseLock(io, fileOrRef, context);
  if (base === undefined || lock === undefined) return [];
  return rolledBack(base, lock).map(({ id, reason }) => ({ id, reason: `${reason} in ${fileOrRef}` }));
}
