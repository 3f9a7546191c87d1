import { type Lock, type PinChange, headOf } from "../../lock";
import { type CliIo, printLines } from "../io";
import { commandFor, type RotationContext } from "../rotate/context";
import { printSteps } from "../rotate/print";

/** Says of what was announced what people do next, once for all that moves together. */
export function printAnnounced(
  io: CliIo,
  context: Pick<RotationContext, "environment" | "shownPath">,
  lock: Lock | undefined,
  changes: readonly PinChange[],
): void {
  const announced = changes.filter(({ action }) => action === "announced");
  const heads = new Set(announced.flatMap(({ id }) => (lock === undefined ? [] : (headOf(lock, id) ?? []))));
  if (heads.size === 0) return;
  printLines(
    io,
    `announced, because what trusts ${[...heads].join(", ")} has to read another certificate before it is served`,
  );
  printSteps(
    io,
    context,
    `${commandFor(context, "deploy")}: both generations are trusted, the current one is served`,
    ...[...heads].map((head) => commandFor(context, "rotate", head, "--advance")),
  );
}
