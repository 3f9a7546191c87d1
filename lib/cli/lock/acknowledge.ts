import type { Command } from "commander";
import { rotationGroup } from "../../lock";
import { placeOf } from "../../model";
import {
  type JudgedPlace,
  type PlacedEvidence,
  isAwaited,
  judged,
  placesOf,
  rotatingIds,
} from "../../rotation";
import type { CommandContext } from "../defineCommand";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printJson, printLines } from "../io";
import { type RotationContext, rotationContext, withPlacedEvidence } from "../rotate/context";
import { type LockFlags, withLockOptions } from "./options";

interface AcknowledgeFlags extends Pick<LockFlags, "environment" | "key" | "json"> {
  readonly reason: string;
  readonly identity?: string;
  readonly by?: string;
}

/** `cdktf-trust lock acknowledge`: a person says that what runs there has read the generation. */
export function acknowledgeCommand(lock: Command, { io, run }: CommandContext): void {
  withLockOptions(lock.command("acknowledge"))
    .description("say that what runs on a host has read the generation that a rotation waits for")
    .argument("<place>", "HOST, or HOST:PATH for one file of it")
    .requiredOption("--reason <text>", "how it is known")
    .option("--identity <id>", "only of the rotation of this identity (default: of all)")
    .option("--by <name>", "who says so (default: the user that runs the command)")
    .action((place: string, _options: unknown, command: Command) =>
      // `lock` has some of the options as well and takes them first, wherever they stand.
      run(async () => await acknowledge(io, place, command.optsWithGlobals<AcknowledgeFlags>())),
    );
}

async function acknowledge(io: CliIo, place: string, flags: AcknowledgeFlags): Promise<ExitCode> {
  if (flags.reason.trim() === "") throw new UsageError("--reason: say how it is known, in a sentence");
  const context = await rotationContext(io, flags);
  const by = `${flags.by ?? io.environment["USER"] ?? io.environment["USERNAME"] ?? "somebody"}: ${flags.reason}`;
  const meant = meantPlaces(context, place, flags.identity);
  const found = meant.map((one): PlacedEvidence => {
    const { hostId: host, path, generation } = one;
    const at = io.now.toISOString();
    return { place: one, evidence: { host, path, generation, level: "acknowledged", at, by } };
  });
  context.session.save(withPlacedEvidence(context.lock, found));
  if (flags.json)
    printJson(io, {
      acknowledged: found.map(({ place: one, evidence }) => ({ identity: one.identityId, ...evidence })),
    });
  else
    printLines(
      io,
      ...meant.map(
        ({ identityId, generation, role, hostId, path }) =>
          `${nameOf({ hostId, path })} ${role} generation ${generation} of ${identityId}: acknowledged by ${by}`,
      ),
    );
  return 0;
}

/** @throws UsageError where no rotation waits for the place */
function meantPlaces({ plans, lock }: RotationContext, place: string, identityId?: string): JudgedPlace[] {
  const ids = identityId === undefined ? rotatingIds(lock) : rotationGroup(lock, identityId);
  const awaited = judged(placesOf(plans, lock, ids), lock).filter((one) => isAwaited(one, lock));
  const meant = awaited.filter((one) => place === one.hostId || place === placeOf(one.hostId, one.path));
  if (meant.length > 0) return meant;
  const open = [...new Set(awaited.filter(({ evidence }) => evidence === undefined).map(nameOf))];
  throw new UsageError(
    `no rotation waits for "${place}", so there is nothing to acknowledge; waited for: ${open.join(", ") || "nothing"}`,
  );
}

function nameOf({ hostId, path }: Pick<JudgedPlace, "hostId" | "path">): string {
  return path === "" ? hostId : placeOf(hostId, path);
}
