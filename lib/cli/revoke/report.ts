import type { Lock, PinChange } from "../../lock";
import { placeOf, planIndex } from "../../model";
import { day } from "../../model/day";
import type { Exposure, ReplacedHop, RotationPlace } from "../../rotation";
import { type CliIo, printJson, printLines, printText } from "../io";
import { type RotationContext, commandFor } from "../rotate/context";
import { printChanges, printSteps } from "../rotate/print";
import { formatTable } from "../table";

/** What a revocation did to the lock, and what its deploy will do. */
export interface Revocation {
  readonly dryRun: boolean;
  readonly json: boolean;
  readonly changes: readonly PinChange[];
  readonly after: Lock;
  readonly hops: readonly ReplacedHop[];
  readonly exposed: readonly Exposure[];
}

/** Says, before the deploy, which calls will fail and until when, and who accepts the former certificates after it. */
export function reportRevocation(io: CliIo, context: RotationContext, revocation: Revocation): void {
  const { json, dryRun, changes, hops, exposed, after } = revocation;
  if (json) return printJson(io, revocationJson(context, revocation));
  printChanges(io, context, changes, after);
  printHops(io, context, hops);
  printExposed(
    io,
    exposed,
    hops.some(({ waitsFor }) => waitsFor.length > 0),
  );
  if (dryRun) return printLines(io, "nothing was written (--dry-run)");
  printSteps(
    io,
    context,
    `${commandFor(context, "deploy")}: what trusts it, then what presents it, then the former anchors go`,
    ...peopleOf(hops),
  );
}

function printHops(io: CliIo, context: RotationContext, hops: readonly ReplacedHop[]): void {
  const failing = hops.filter(({ waitsFor }) => waitsFor.length > 0);
  if (failing.length > 0) {
    const rows = failing.map(({ hop, waitsFor }) => [
      callOf(context, hop),
      [...new Set(waitsFor.map(untilOf))].join("; "),
    ]);
    printText(io, formatTable(["fails from the deploy", "until"], rows));
  }
  const alive = hops.length - failing.length;
  if (alive > 0)
    printLines(io, `${alive} of ${hops.length} calls go on: the deploy keeps them alive by its order`);
}

/** Whoever waits for people has the former anchors in memory until then. */
function printExposed(io: CliIo, exposed: readonly Exposure[], waitsForPeople: boolean): void {
  if (exposed.length === 0) {
    const when = waitsForPeople ? "once that is done" : "afterwards";
    return printLines(io, `nobody known here accepts the former certificates ${when}`);
  }
  const rows = exposed.map((one) => [
    one.certificate.subject.toString(),
    one.who,
    day(one.certificate.notAfter),
    remedyFor(one),
  ]);
  printText(io, formatTable(["still accepted", "by", "until", "unless"], rows));
}

/** Revocation lists are somebody's to publish, and nearly nobody's to read: Java's clients do not by default. */
function remedyFor({ why }: Exposure): string {
  switch (why) {
    case "anchor-stays":
      return "its authority revokes it and they check revocation, or that authority is revoked here as well";
    case "foreign-entry":
      return "somebody takes that entry out: it is not ours";
    case "not-ours":
      return "people take the former certificate out there";
    default:
      return why satisfies never;
  }
}

function peopleOf(hops: readonly ReplacedHop[]): string[] {
  return [...new Set(hops.flatMap(({ waitsFor }) => waitsFor.map(untilOf)))];
}

/** What people do at a place, in words that also say until when a call fails. */
function untilOf({ hostId, path, label, isOurs, readers }: RotationPlace): string {
  const texts = readers.flatMap(({ way }) => (way.kind === "manual" ? [way.text] : []));
  if (texts.length > 0) return `${hostId}: ${[...new Set(texts)].join(" ")}`;
  if (path === "") return `${hostId}: people put what is new into place for ${label}`;
  const place = placeOf(hostId, path);
  return isOurs ? `${place}: what reads it is started again` : `${place}: people put what is new there`;
}

function callOf({ plan }: RotationContext, hop: ReplacedHop["hop"]): string {
  const endpoint = planIndex(plan).endpoint(hop.endpointId);
  return `${hop.clientName} → ${hop.address}${endpoint === undefined ? "" : `:${endpoint.port}`}`;
}

function revocationJson(context: RotationContext, revocation: Revocation): object {
  const { dryRun, changes, hops, exposed } = revocation;
  return {
    written: !dryRun,
    changes,
    hops: hops.map(({ hop, waitsFor }) => ({
      hopId: hop.id,
      call: callOf(context, hop),
      fails: waitsFor.length > 0,
      until: [...new Set(waitsFor.map(untilOf))],
    })),
    exposed: exposed.map(({ identityId, certificate, who, why }) => ({
      identity: identityId,
      sha256: certificate.sha256,
      by: who,
      why,
      until: certificate.notAfter.toISOString(),
    })),
  };
}
