import { expiriesOf } from "../../check";
import { pinnedIdentity } from "../../lock";
import { day } from "../../model/day";
import { rotationHeads, rotationPlaces } from "../../rotation";
import { pinnedPlan } from "../../synth/plan/pinnedPlan";
import { type CliIo, type ExitCode, printJson, printLines, printText, printWarnings } from "../io";
import { formatTable } from "../table";
import { commandFor, lookAtHosts, type RotationContext, withPlacedEvidence } from "./context";
import { NEXT_PHASE } from "./nextStep";
import type { RotateFlags } from "./options";
import { printPlaces, viewJson } from "./print";
import { type RotationView, viewOf } from "./view";

/** Something that is made here and ends soon. */
interface Soon {
  readonly id: string;
  readonly notAfter: string;
  readonly daysLeft: number;
  readonly next: string;
}

/** Says where every rotation stands and what is next, with what the hosts show by now; changes nothing. */
export async function runStatus(
  io: CliIo,
  context: RotationContext,
  id: string | undefined,
  { json }: RotateFlags,
): Promise<ExitCode> {
  const { lock, plans } = context;
  const heads = rotationHeads(lock).filter((head) => id === undefined || head === id);
  const places = heads.flatMap((head) => rotationPlaces(plans, lock, head));
  const { found, unread } = await lookAtHosts(context, places, io.now);
  for (const { hostId, reason } of unread) printWarnings(io, `${hostId} was not looked at: ${reason}`);
  const known = withPlacedEvidence(lock, found);
  const views = heads.flatMap((head): RotationView[] => {
    const rotation = known.identities.get(head)?.rotation;
    return rotation === undefined ? [] : [viewOf(context, known, head, rotation)];
  });
  const soon = id === undefined ? soonToRotate(io, context) : [];
  if (json) printJson(io, { rotations: views.map((view) => viewJson(context, view)), soon, unread });
  else report(io, context, views, soon);
  return 0;
}

function report(
  io: CliIo,
  context: RotationContext,
  views: readonly RotationView[],
  soon: readonly Soon[],
): void {
  if (views.length === 0) printLines(io, "nothing is in rotation");
  for (const view of views) {
    const { id, phase, generation, members, missing, next, awaited } = view;
    const pinned = pinnedIdentity(context.lock, id);
    const newer = [pinned, pinned?.rotation?.other].find((one) => one?.generation === generation);
    const with_ = members.length === 0 ? "" : `, with ${members.join(", ")}`;
    printLines(
      io,
      `${id}${with_}: ${phase}, generation ${generation} until ${day(newer?.chain[0]?.notAfter ?? "")}`,
    );
    printPlaces(io, context, view.places);
    printLines(
      io,
      missing.length === 0
        ? `nothing is waited for; then ${NEXT_PHASE[phase]}: ${next}`
        : `waits for ${missing.length} of ${awaited}; then ${NEXT_PHASE[phase]}`,
    );
  }
  if (soon.length > 0)
    printText(
      io,
      formatTable(
        ["ends soon", "on", "days left", "next"],
        soon.map(({ id, notAfter, daysLeft, next }) => [id, day(notAfter), String(daysLeft), next]),
      ),
    );
}

function soonToRotate(io: CliIo, context: RotationContext): Soon[] {
  const { lock, plan } = context;
  return expiriesOf(pinnedPlan(plan, lock), { now: io.now }).flatMap(
    ({ identityId, renewal, notAfter, daysLeft }): Soon[] =>
      renewal === "here" && lock.identities.get(identityId)?.rotation === undefined
        ? [{ id: identityId, notAfter, daysLeft, next: commandFor(context, "rotate", identityId) }]
        : [],
  );
}
