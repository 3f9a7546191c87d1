import { goBack } from "../../lock";
import { type CliIo, type ExitCode, printJson } from "../io";
import { commandFor, type RotationContext } from "./context";
import { requireRotation } from "./errors";
import type { RotateFlags } from "./options";
import { printChanges, printSteps } from "./print";

/** Takes the last step of a rotation back: the former generation is served again, or what was announced is dropped. */
export function runBack(io: CliIo, context: RotationContext, id: string, { json }: RotateFlags): ExitCode {
  const { phase } = requireRotation(context.lock, id);
  const { lock, changes } = goBack(context.lock, id);
  context.session.save(lock);
  if (json) printJson(io, { changes });
  else {
    printChanges(io, context, changes);
    const deploy = commandFor(context, "deploy");
    printSteps(
      io,
      context,
      phase === "switched"
        ? `${deploy}: the former generation is served again, both are trusted`
        : `${deploy}: what was announced is trusted no more`,
    );
  }
  return 0;
}
