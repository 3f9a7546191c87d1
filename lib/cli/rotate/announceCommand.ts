import { announce, fileReader } from "../../lock";
import { type CliIo, type ExitCode, printJson } from "../io";
import { commandFor, type RotationContext } from "./context";
import type { RotateFlags } from "./options";
import { printChanges, printPlaces, printSteps, viewJson } from "./print";
import { viewOf } from "./view";

/** Announces the next generation of an identity: from the next deploy on it is trusted beside the current one. */
export function runAnnounce(io: CliIo, context: RotationContext, id: string, flags: RotateFlags): ExitCode {
  const { session, project, plan, lock, resolveSecret } = context;
  const { lock: after, changes } = announce({
    plan,
    lock,
    open: () => session.open(),
    id,
    crossSign: flags.crossSign,
    now: io.now,
    randomBytes: io.randomBytes,
    readFile: fileReader(project.directory),
    resolveSecret,
  });
  session.save(after);
  const rotation = after.identities.get(id)?.rotation;
  if (rotation === undefined) throw new Error(`${id} was announced and is not in rotation`);
  const view = viewOf(context, after, id, rotation);
  if (flags.json) printJson(io, { changes, rotation: viewJson(context, view) });
  else {
    printChanges(io, context, changes);
    printPlaces(
      io,
      context,
      view.places.filter(({ role }) => role === "trusts"),
    );
    printSteps(
      io,
      context,
      `${commandFor(context, "deploy")}: both generations are trusted, the current one is served`,
      view.next,
    );
  }
  return 0;
}
