import {
  fileReader,
  type Lock,
  type StaleIdentity,
  StaleLockError,
  lockKeyNeeded,
  observeHosts,
  pinIdentities,
  pruneLock,
  rolledBack,
} from "../../lock";
import { type Expiry, expiriesOf } from "../../check";
import { type ExpiryFlags, expiryLines, failsForExpiry, windowOf } from "../expiry";
import { type CliIo, type ExitCode, printJson, printLines, printWarnings } from "../io";
import { LOCAL_ENVIRONMENT, type Policy, type TrustPlan, joinPlans } from "../../model";
import { pinnedPlan } from "../../synth/plan/pinnedPlan";
import { adoptedDrift, observeCommand, unseenLines } from "./adoptedDrift";
import { readBaseLock } from "./baseLock";
import { type LockContext, declaredPlans, lockContext } from "./context";
import type { LockFlags } from "./options";
import { waitingIn, waitingLines } from "./waitingIn";

/**
 * Says what `cdktf-trust lock` would do, without a key and without doing it, and which adopted certificates are others
 * on their hosts by now, as far as these can be read. With `--observe` all that hosts hold is compared, and one that
 * cannot be read is an error; with `--against` what was rolled back is said too. What ends soon is a warning, and fails
 * the check with `--expiring-within`.
 */
export async function checkLock(io: CliIo, flags: LockFlags): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const { environment, session, shownPath, policy } = context;
  const plans = await declaredPlans(io, context, flags);
  const drift = await adoptedDrift(context, plans);
  const waiting = waitingIn(session.lock, plans);
  const found = [
    ...drift.drifted.map(({ id, reason }) => ({ id, reason: `on its host, ${reason}` })),
    ...plans.flatMap((plan) => notPinned(io, context, plan)),
    ...(flags.observe ? await notObserved(io, context, plans) : []),
    ...waiting.flatMap(({ id, facts, remedy, isServed }) =>
      isServed ? [] : [{ id, reason: `${facts}: ${remedy}` }],
    ),
    ...(session.lock === undefined ? [] : pruneLock(session.lock, plans).changes),
    ...(flags.against === undefined ? [] : takenBack(io, context, flags.against)),
  ];
  const expiring = expiringOf(session.lock, plans, io.now, flags, policy);
  const exitCode = found.length > 0 || failsForExpiry(flags, expiring) ? 1 : 0;
  const stale = [...new Map(found.map(({ id, reason }) => [id, { id, reason }])).values()];
  if (flags.json) {
    printJson(io, {
      lock: shownPath,
      environment,
      signed: session.isSigned,
      stale,
      waiting: waiting.map(({ id }) => id),
      ...drift,
      expiring,
    });
    return exitCode;
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
  printWarnings(io, ...waitingLines(waiting.filter(({ isServed }) => isServed)), ...expiryLines(expiring));
  return exitCode;
}

/** What the lock pins for the stacks together, and ends soon. */
function expiringOf(
  lock: Lock | undefined,
  plans: readonly TrustPlan[],
  now: Date,
  flags: ExpiryFlags,
  policy: Policy | undefined,
): readonly Expiry[] {
  const [first, ...others] = lock === undefined ? [] : plans.map((plan) => pinnedPlan(plan, lock));
  return first === undefined
    ? []
    : expiriesOf(joinPlans([first, ...others]), { now, ...windowOf(flags, policy) });
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
