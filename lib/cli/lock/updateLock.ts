import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { systemCode } from "../../hosts";
import {
  type FileReader,
  type Lock,
  type ObservationChange,
  type PinChange,
  isMade,
  observeHosts,
  pinIdentities,
  pruneLock,
} from "../../lock";
import type { TrustPlan } from "../../model";
import { UsageError } from "../errors";
import type { CliIo, ExitCode } from "../io";
import { type LockContext, declaredPlans, lockContext } from "./context";
import type { LockFlags } from "./options";
import { reportLock } from "./report";

/** Pins what is declared, observes where asked to, and drops what no stack declares any more. */
export async function updateLock(io: CliIo, flags: LockFlags): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const plans = await declaredPlans(context, flags);
  checkRenewals(plans, flags.renew);
  const { session } = context;

  let lock: Lock | undefined = session.lock;
  const changes: PinChange[] = [];
  const observations: ObservationChange[] = [];
  const open = () => session.open();
  for (const plan of flags.observe ? plans : []) {
    const { resolveSecret } = context;
    const observed = await observeHosts({
      plan,
      lock,
      open,
      projectDirectory: context.project.directory,
      resolveSecret,
    });
    lock = observed.lock;
    changes.push(...observed.changes);
    observations.push(...observed.observations);
  }
  for (const plan of plans) {
    const options = pinningOptions(io, context, plan, lock);
    // A stack after the first finds what it shares with that one renewed already.
    const renew = new Set(flags.renew.filter((id) => changes.every((change) => change.id !== id)));
    const pinned = pinIdentities({
      ...options,
      open,
      frozen: false,
      renew,
      renewWithinDays: flags.renewWithin ?? 0,
    });
    lock = pinned.lock;
    changes.push(...pinned.changes);
  }
  if (lock !== undefined) {
    const pruned = pruneLock(lock, plans);
    lock = pruned.lock;
    changes.push(...pruned.changes);
    session.save(lock);
  }
  reportLock(io, { context, lock, changes, observations }, flags);
  return 0;
}

/** What pinning takes, in a command as in synth. */
export function pinningOptions(io: CliIo, context: LockContext, plan: TrustPlan, lock: Lock | undefined) {
  return {
    plan,
    lock,
    now: io.now,
    randomBytes: io.randomBytes,
    readFile: fileReader(context.project.directory),
    resolveSecret: context.resolveSecret,
  };
}

function fileReader(projectDirectory: string): FileReader {
  return (path) => {
    try {
      return readFileSync(resolve(projectDirectory, path));
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  };
}

function checkRenewals(plans: readonly TrustPlan[], renew: readonly string[]): void {
  const made = plans.flatMap(({ identities }) =>
    identities.filter(({ request }) => isMade(request)).map(({ id }) => id),
  );
  const unknown = renew.filter((id) => !made.includes(id));
  if (unknown.length > 0) {
    throw new UsageError(
      `--renew ${unknown.join(" ")}: there is no such identity, or it is not made here; ` +
        `there are: ${[...new Set(made)].join(", ") || "none"}`,
    );
  }
}
