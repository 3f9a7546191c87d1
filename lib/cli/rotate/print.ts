import { type PinChange, pinnedIdentity } from "../../lock";
import { LOCAL_ENVIRONMENT, placeOf } from "../../model";
import { day } from "../../model/day";
import { type JudgedPlace, isAwaited } from "../../rotation";
import { type CliIo, printLines, printText } from "../io";
import { formatTable } from "../table";
import type { RotationContext } from "./context";
import { nextStep } from "./nextStep";
import type { RotationView } from "./view";

/** Prints what a step changed in the lock. */
export function printChanges(
  io: CliIo,
  context: RotationContext,
  changes: readonly PinChange[],
  lock = context.session.lock,
): void {
  const rows = changes.map(({ id, action, generation, reason }) => {
    const pinned = lock === undefined ? undefined : pinnedIdentity(lock, id);
    const shown = [pinned, pinned?.rotation?.other].find((one) => one?.generation === generation);
    return [id, action, String(generation), day(shown?.chain[0]?.notAfter ?? ""), reason];
  });
  printText(io, formatTable(["identity", "change", "generation", "expires", "why"], rows));
}

/** Prints what people do now, one step after another. */
export function printSteps(
  io: CliIo,
  { environment, shownPath }: Pick<RotationContext, "environment" | "shownPath">,
  ...steps: readonly string[]
): void {
  // The lock of `local` is git-ignored.
  const all = environment === LOCAL_ENVIRONMENT ? steps : [`commit ${shownPath}`, ...steps];
  printLines(io, "now:", ...all.map((step, index) => `  ${index + 1}. ${step}`));
}

/** Prints where something must be read, what shows that it was, and what to do. */
export function printPlaces(io: CliIo, context: RotationContext, places: readonly JudgedPlace[]): void {
  const { lock = context.lock } = context.session;
  const rows = places.map((place) => [
    place.identityId,
    `${place.role} ${place.generation}`,
    place.path === "" ? place.hostId : placeOf(place.hostId, place.path),
    place.label,
    evidenceOf(place),
    isAwaited(place, lock) && place.evidence === undefined ? nextStep(context, place) : "",
  ]);
  if (rows.length > 0)
    printText(io, formatTable(["identity", "must", "place", "read by", "evidence", "next"], rows));
}

function evidenceOf({ evidence, leftOut }: JudgedPlace): string {
  if (leftOut !== undefined) return `not needed: ${leftOut}`;
  return evidence === undefined ? "none" : `${evidence.level} ${evidence.at.slice(0, 16)}Z`;
}

/** The same for tools. */
export function placeJson(context: RotationContext, place: JudgedPlace): object {
  const { lock = context.lock } = context.session;
  const { identityId, role, generation, hostId, path, label, isOurs, leftOut, evidence } = place;
  const isMissing = isAwaited(place, lock) && evidence === undefined;
  return {
    identity: identityId,
    role,
    generation,
    host: hostId,
    path,
    label,
    ours: isOurs,
    awaited: isAwaited(place, lock),
    ...(leftOut === undefined ? {} : { leftOut }),
    ...(evidence === undefined
      ? {}
      : { evidence: { level: evidence.level, at: evidence.at, by: evidence.by } }),
    ...(isMissing ? { next: nextStep(context, place) } : {}),
  };
}

/** A rotation for tools. */
export function viewJson(context: RotationContext, view: RotationView): object {
  const { id, phase, generation, members, places, missing, next } = view;
  return {
    id,
    phase,
    generation,
    members,
    places: places.map((place) => placeJson(context, place)),
    isReady: missing.length === 0,
    next,
  };
}
