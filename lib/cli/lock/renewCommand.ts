import type { Command } from "commander";
import { type Expiry, type RenewalAdvice, expiriesOf, ownCertificates, renewalOf } from "../../check";
import { type Lock, isMade } from "../../lock";
import { type IdentityPlan, type TrustPlan, joinPlans } from "../../model";
import { day } from "../../model/day";
import { EXPIRING_WITHIN_DAYS } from "../../rules/limits";
import { pinnedPlan } from "../../synth/plan/pinnedPlan";
import type { CommandContext } from "../defineCommand";
import { UsageError } from "../errors";
import { windowOf } from "../expiry";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { printAnnounced } from "./announced";
import { declaredPlans, lockContext } from "./context";
import { type CommonLockFlags, withLockOptions } from "./options";
import { type LockReport, lockReport, reportLock, reportSigner } from "./report";
import { updateDeclared } from "./updateDeclared";

type RenewFlags = CommonLockFlags & { readonly within?: number };

/** An identity that was to be renewed and is not made here, or cannot live longer, and the way to its next certificate. */
export interface NotRenewed extends RenewalAdvice {
  readonly id: string;
  /** ISO 8601; absent where the lock does not hold it. */
  readonly notAfter?: string;
}

/** `lock renew`: a new key and certificate for what is made here, and the way for what is not. */
export function renewCommand(lock: Command, { io, run }: CommandContext): void {
  withLockOptions(lock.command("renew"))
    .description(
      "make keys and certificates anew, and say what somebody else must renew; exit 1 where there is some",
    )
    .argument("[ids...]", "identities (default: all that ends within the time of --within)")
    .option(
      "--within <days>",
      `renew what ends within so many days, 30d or 30 (default without ids: the policy's renewWithinDays, or ${EXPIRING_WITHIN_DAYS})`,
      daysOf,
    )
    .action((ids: readonly string[], _options: unknown, command: Command) =>
      run(async () => await renew(io, ids, command.optsWithGlobals<RenewFlags>())),
    );
}

async function renew(io: CliIo, ids: readonly string[], flags: RenewFlags): Promise<ExitCode> {
  const context = lockContext(io, flags);
  const plans = await declaredPlans(io, context, flags);
  const declared = plans.flatMap(({ identities }) => identities);
  rejectUnknown(ids, declared);
  const within = flags.within ?? (ids.length === 0 ? windowOf({}, context.policy).withinDays : undefined);
  const made = new Set(declared.filter(({ request }) => isMade(request)).map(({ id }) => id));
  const signersBefore = context.session.signers;
  const result = await updateDeclared(io, context, plans, {
    observe: false,
    renew: ids.filter((id) => made.has(id)),
    renewWithinDays: within ?? 0,
  });
  const named = ids.filter((id) => !made.has(id));
  const announced = new Set(
    result.changes.filter(({ action }) => action === "announced").map(({ id }) => id),
  );
  const left = notRenewed(result.lock, plans, { named, within, now: io.now }).filter(
    ({ id }) => !announced.has(id),
  );
  report(io, { context, ...result }, left, flags);
  reportSigner(io, context, signersBefore, flags);
  return left.length === 0 ? 0 : 1;
}

/** What was meant and still ends as it did, the first to end first. */
function notRenewed(
  lock: Lock | undefined,
  plans: readonly TrustPlan[],
  meant: { readonly named: readonly string[]; readonly within: number | undefined; readonly now: Date },
): NotRenewed[] {
  const [first, ...others] = lock === undefined ? [] : plans.map((plan) => pinnedPlan(plan, lock));
  if (first === undefined) return [];
  const plan = joinPlans([first, ...others]);
  const ending =
    meant.within === undefined ? [] : expiriesOf(plan, { now: meant.now, withinDays: meant.within });
  const named = plan.identities.filter(({ id }) => meant.named.includes(id));
  const all = [
    ...named.flatMap((identity) => adviceOn(plan, identity)),
    ...ending.map((expiry) => fromExpiry(expiry, lock)),
  ];
  return [...new Map(all.map((item) => [item.id, item])).values()];
}

function adviceOn(plan: TrustPlan, identity: IdentityPlan): NotRenewed[] {
  const [leaf] = ownCertificates(identity);
  if (leaf === undefined) return [];
  const { certificate } = leaf;
  return [{ id: identity.id, notAfter: certificate.notAfter, ...renewalOf(plan, identity, certificate) }];
}

/** What is made here was made anew a moment ago, but for what changes in steps. */
function fromExpiry({ identityId, notAfter, renewal, remedy }: Expiry, lock: Lock | undefined): NotRenewed {
  const isMadeHere = renewal === "here" && lock?.identities.get(identityId)?.rotation === undefined;
  return {
    id: identityId,
    notAfter,
    renewal,
    remedy: isMadeHere
      ? "made anew, it ends as soon: declare a longer validity, renew its issuer, or ask for a shorter time"
      : remedy,
  };
}

function report(
  io: CliIo,
  lockOutcome: LockReport,
  left: readonly NotRenewed[],
  flags: Pick<RenewFlags, "json">,
): void {
  if (flags.json) {
    printJson(io, { ...lockReport(lockOutcome), notRenewed: left });
    return;
  }
  reportLock(io, lockOutcome, flags);
  printAnnounced(io, lockOutcome.context, lockOutcome.lock, lockOutcome.changes);
  for (const { id, notAfter, remedy } of left) {
    printLines(io, `not renewed: ${id}${notAfter === undefined ? "" : `, ends ${day(notAfter)}`}: ${remedy}`);
  }
}

function rejectUnknown(ids: readonly string[], declared: readonly IdentityPlan[]): void {
  const known = [...new Set(declared.map(({ id }) => id))];
  const unknown = ids.filter((id) => !known.includes(id));
  if (unknown.length > 0) {
    throw new UsageError(
      `${unknown.join(", ")}: there is no such identity; there are: ${known.join(", ") || "none"}`,
    );
  }
}

/** @throws UsageError */
function daysOf(text: string): number {
  const days = /^(\d{1,6})d?$/.exec(text)?.[1];
  if (days === undefined) throw new UsageError(`--within ${text}: give whole days, such as 30d`);
  return Number(days);
}
