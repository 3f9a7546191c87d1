import type { RotationPhase } from "../../model";
import { placeOf } from "../../model";
import type { JudgedPlace } from "../../rotation";
import { commandFor, type RotationContext } from "./context";

/** What brings evidence of a place: a deploy where it can, else people who say that they did it. */
export function nextStep(context: RotationContext, { readers, hostId, path, isOurs }: JudgedPlace): string {
  const acknowledge = commandFor(
    context,
    "lock",
    "acknowledge",
    path === "" ? hostId : placeOf(hostId, path),
    '--reason "…"',
  );
  const people = readers.flatMap(({ way }) => (way.kind === "manual" ? [way.text] : []));
  if (people.length > 0) return `deploy; ${[...new Set(people)].join(" ")} Then: ${acknowledge}`;
  if (isOurs && readers.length > 0) return commandFor(context, "deploy");
  return isOurs ? `deploy; see that it is read. Then: ${acknowledge}` : acknowledge;
}

/** What a rotation does next once nothing is waited for. */
export const NEXT_PHASE = {
  announced: "the next generation is served",
  switched: "the former generation is trusted no more",
} as const satisfies Record<RotationPhase, string>;
