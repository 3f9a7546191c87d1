import { type Lock, type Rotation, retire, switchOver } from "../../lock";
import { type Collected, evidenceInReceipts, readReceipt, rotationPlaces } from "../../rotation";
import { resolve } from "node:path";
import { type CliIo, type ExitCode, printJson, printLines, printWarnings } from "../io";
import { commandFor, lookAtHosts, type RotationContext, withPlacedEvidence } from "./context";
import { requireRotation } from "./errors";
import type { RotateFlags } from "./options";
import { printChanges, printPlaces, printSteps, viewJson } from "./print";
import { type RotationView, viewOf } from "./view";

/**
 * Takes what receipts say, or else what the hosts show, into the lock; once nothing is waited for, goes on to the next
 * phase.
 *
 * @returns 1 where something is waited for
 */
export async function runAdvance(
  io: CliIo,
  context: RotationContext,
  id: string,
  flags: RotateFlags,
): Promise<ExitCode> {
  const { session } = context;
  const rotation = requireRotation(context.lock, id);
  const collected = await collect(io, context, id, flags);
  for (const { hostId, reason } of collected.unread)
    printWarnings(io, `${hostId} was not looked at: ${reason}`);
  const known = withPlacedEvidence(context.lock, collected.found);
  const view = viewOf(context, known, id, rotation);
  if (view.missing.length > 0) return stay(io, context, known, view, flags);

  const { lock, changes } = rotation.phase === "announced" ? switchOver(known, id) : retire(known, id);
  session.save(lock);
  const after = lock.identities.get(id)?.rotation;
  if (flags.json) {
    printJson(io, {
      changes,
      ...(after === undefined ? {} : { rotation: viewJson(context, viewOf(context, lock, id, after)) }),
    });
    return 0;
  }
  printChanges(io, context, changes);
  printSteps(io, context, ...stepsAfter(context, rotation, view));
  return 0;
}

async function collect(
  io: CliIo,
  context: RotationContext,
  id: string,
  { receipt }: RotateFlags,
): Promise<Collected> {
  const { project, environment, lock } = context;
  const places = rotationPlaces(context.plans, lock, id);
  if (receipt.length === 0) return await lookAtHosts(context, places, io.now);
  const owner = { project: project.name, environment };
  const proven = receipt.flatMap((file) => readReceipt(resolve(io.workingDirectory, file), owner));
  const found = places.flatMap((place) => {
    const evidence = evidenceInReceipts(place, proven);
    return evidence === undefined ? [] : [{ place, evidence }];
  });
  return { found, unread: [] };
}

/** What was gathered is kept, so that it need not be gathered again. */
function stay(
  io: CliIo,
  context: RotationContext,
  known: Lock,
  view: RotationView,
  { json }: RotateFlags,
): ExitCode {
  if (known !== context.lock) context.session.save(known);
  if (json) printJson(io, { changes: [], rotation: viewJson(context, view) });
  else {
    const { id, phase, missing } = view;
    printLines(
      io,
      `${id} stays ${phase}: ${countOf(missing.length)} not shown to have read generation ${view.generation}`,
    );
    printPlaces(io, context, missing);
  }
  return 1;
}

function countOf(places: number): string {
  return places === 1 ? "1 place has" : `${places} places have`;
}

function stepsAfter(context: RotationContext, { phase }: Rotation, { next }: RotationView): string[] {
  const deploy = commandFor(context, "deploy");
  return phase === "announced"
    ? [`${deploy}: the next generation is served, both are trusted`, next]
    : [`${deploy}: the former generation is trusted no more`];
}
