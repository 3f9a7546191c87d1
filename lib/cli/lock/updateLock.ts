import { fileReader, isRenewable, updateLock } from "../../lock";
import type { TrustPlan } from "../../model";
import { trustsAnewIn } from "../../rotation";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printLines } from "../io";
import { printAnnounced } from "./announced";
import { declaredPlans, lockContext } from "./context";
import type { LockFlags } from "./options";
import { reportLock, reportSigner } from "./report";
import { waitingIn, waitingLines } from "./waitingIn";

/** Pins what is declared, observes where asked to, and drops what no stack declares any more. */
export async function runUpdate(io: CliIo, flags: LockFlags): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const plans = await declaredPlans(io, context, flags);
  checkRenewals(plans, flags.renew);
  const { session, resolveSecret } = context;
  const projectDirectory = context.project.directory;
  const signersBefore = session.signers;
  const result = await updateLock({
    plans,
    session,
    projectDirectory,
    observe: flags.observe,
    prune: true,
    renew: flags.renew,
    renewWithinDays: flags.renewWithin ?? 0,
    now: io.now,
    randomBytes: io.randomBytes,
    readFile: fileReader(projectDirectory),
    resolveSecret,
    ...(session.lock === undefined ? {} : { trustsAnew: trustsAnewIn(plans, session.lock) }),
    ...(context.policy === undefined ? {} : { policy: context.policy }),
  });
  reportLock(io, { context, ...result }, flags);
  if (!flags.json) {
    printAnnounced(io, context, result.lock, result.changes);
    printLines(io, ...waitingLines(waitingIn(result.lock, plans)));
  }
  reportSigner(io, context, signersBefore, flags);
  return 0;
}

function checkRenewals(plans: readonly TrustPlan[], renew: readonly string[]): void {
  const made = plans.flatMap(({ identities }) =>
    identities.filter(({ request }) => isRenewable(request)).map(({ id }) => id),
  );
  const unknown = renew.filter((id) => !made.includes(id));
  if (unknown.length > 0) {
    throw new UsageError(
      `--renew ${unknown.join(" ")}: there is no such identity, or it is neither made nor requested here; ` +
        `there are: ${[...new Set(made)].join(", ") || "none"}`,
    );
  }
}
