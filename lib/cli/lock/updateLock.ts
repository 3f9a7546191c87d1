import { isRenewable } from "../../lock";
import type { TrustPlan } from "../../model";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printLines } from "../io";
import { printAnnounced } from "./announced";
import { declaredPlans, lockContext } from "./context";
import type { LockFlags } from "./options";
import { reportLock, reportSigner } from "./report";
import { updateDeclared } from "./updateDeclared";
import { waitingIn, waitingLines } from "./waitingIn";

/** Pins what is declared, observes where asked to, and drops what no stack declares any more. */
export async function runUpdate(io: CliIo, flags: LockFlags): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const plans = await declaredPlans(io, context, flags);
  checkRenewals(plans, flags.renew);
  const signersBefore = context.session.signers;
  const result = await updateDeclared(io, context, plans, {
    observe: flags.observe,
    renew: flags.renew,
    renewWithinDays: flags.renewWithin ?? 0,
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
