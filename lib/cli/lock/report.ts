import { LOCAL_ENVIRONMENT, type PinnedIdentity } from "../../model";
import {
  type Lock,
  type LockSigner,
  type ObservationChange,
  type PinChange,
  lockedParts,
  pinnedIdentity,
} from "../../lock";
import { day } from "../../model/day";
import { type CliIo, printJson, printLines, printText } from "../io";
import { formatTable } from "../table";
import type { LockContext } from "./context";
import type { LockFlags } from "./options";

/** What became of a lock. */
export interface LockReport {
  readonly context: LockContext;
  readonly lock: Lock | undefined;
  readonly changes: readonly PinChange[];
  readonly observations: readonly ObservationChange[];
}

/** What became of a lock, as plain data for tools. */
export function lockReport({ context, lock, observations, ...report }: LockReport) {
  const { environment, shownPath } = context;
  const changes = report.changes.map((change) => {
    const leaf = lock === undefined ? undefined : pinnedIdentity(lock, change.id)?.chain[0];
    return { ...change, ...(leaf === undefined ? {} : { sha256: leaf.sha256, notAfter: leaf.notAfter }) };
  });
  return {
    lock: shownPath,
    environment,
    identities: lock === undefined ? 0 : lockedParts(lock).size,
    changes,
    observations,
    signers: context.session.signers,
  };
}

/** Prints what changed, and when the first certificate expires. */
export function reportLock(io: CliIo, report: LockReport, { json }: Pick<LockFlags, "json">): void {
  const { context, lock, observations } = report;
  const data = lockReport(report);
  if (json) {
    printJson(io, data);
    return;
  }
  const { changes } = data;
  if (changes.length > 0) {
    const rows = changes.map(({ id, action, generation, notAfter, reason }) => [
      id,
      action,
      String(generation),
      notAfter === undefined ? "" : day(notAfter),
      reason,
    ]);
    printText(io, formatTable(["identity", "change", "generation", "expires", "why"], rows));
  }
  for (const { place, alias, sha256, action } of observations) {
    printLines(
      io,
      action === "found"
        ? `${place} trusts ${sha256} already, under "${alias}": nothing to do there`
        : `${place} no longer trusts ${sha256} under "${alias}"`,
    );
  }
  printLines(io, `${context.shownPath}: ${summaryOf(lock, changes.length + observations.length)}`);
}

/** Says that a signer was pinned, because that is a change to commit as well. */
export function reportSigner(
  io: CliIo,
  { session, environment }: LockContext,
  before: readonly LockSigner[],
  { json }: Pick<LockFlags, "json">,
): void {
  if (json || environment === LOCAL_ENVIRONMENT || session.signers.join() === before.join()) return;
  printLines(
    io,
    `cdktf.json: environments.${environment}.lockSigner is ${session.signers.join(", ")}; commit it with the lock`,
  );
}

function summaryOf(lock: Lock | undefined, changed: number): string {
  const size = lock === undefined ? 0 : lockedParts(lock).size;
  if (lock === undefined || size === 0) return "nothing is declared that a lock would hold";
  const count = size === 1 ? "1 identity" : `${size} identities`;
  const what = changed === 0 ? "holds what is declared" : "written";
  const first = firstExpiry(lock);
  return [what, count, ...(first === undefined ? [] : [`the first expires on ${first}`])].join(", ");
}

function firstExpiry(lock: Lock): string | undefined {
  const expiries = [...lock.identities.keys()]
    .flatMap((id): (PinnedIdentity | undefined)[] => [pinnedIdentity(lock, id)])
    .flatMap((pinned) => pinned?.chain[0]?.notAfter ?? []);
  const [first] = expiries.sort();
  return first === undefined ? undefined : day(first);
}
