import { type KnownCertificates, checkShown, formatChain, readChain, shownOf } from "./chainFormat";
import { formatSealedKey, readSealedKey } from "./headerFormat";
import type { JsonObject, JsonReader } from "./jsonReader";
import {
  EVIDENCE_LEVELS,
  type Evidence,
  type Generation,
  type LockedIdentity,
  type PinnedChain,
  ROTATION_PHASES,
  type Rotation,
} from "./lock";

type State = "next" | "current" | "previous";

/** The generations of an identity, as they stand in the lock. */
type Generations = Generation & Pick<LockedIdentity, "previous" | "rotation">;

/** The newest first, as the lock writes them. */
export function formatGenerations(identity: LockedIdentity): JsonObject[] {
  const { rotation, previous } = identity;
  const before = rotation?.phase === "switched" ? rotation.other : previous;
  return [
    ...(rotation?.phase === "announced" ? [formatGeneration(rotation.other, "next")] : []),
    formatGeneration(identity, "current"),
    ...(before === undefined ? [] : [formatGeneration(before, "previous")]),
  ];
}

export function formatEvidence({ host, path, generation, level, at, by }: Evidence): JsonObject {
  return { host, path, n: generation, level, at, by };
}

/**
 * Reads `phase`, `generations` and `evidence` of an identity.
 *
 * @throws LockError `damaged-lock`; `newer-lock` for states that came later
 */
export function readGenerations(reader: JsonReader, known: KnownCertificates): Generations {
  const phase = reader.choice("phase", ["steady", ...ROTATION_PHASES]);
  const evidence = reader.objects("evidence").map(readEvidence);
  const byState = readStates(reader, known);
  const { current, next, previous } = byState;
  if (current === undefined) throw reader.damaged("generations", "one that is current was expected");
  const rotation = (expected: State, other: Generation | undefined): { rotation: Rotation } => {
    if (other === undefined || phase === "steady")
      throw reader.damaged(
        "generations",
        `one that is ${expected} was expected, because phase is "${phase}"`,
      );
    return { rotation: { phase, other, ...wasAnnounced(reader, phase), evidence } };
  };
  if (phase !== "announced" && next !== undefined)
    throw reader.damaged("generations", `none that is next was expected, because phase is "${phase}"`);
  if (phase === "switched") return { ...current, ...rotation("previous", previous) };
  const former = previous === undefined ? {} : { previous: withoutKey(reader, previous) };
  if (phase === "announced") return { ...current, ...former, ...rotation("next", next) };
  if (evidence.length > 0) throw reader.damaged("evidence", 'none was expected, because phase is "steady"');
  return { ...current, ...former };
}

function wasAnnounced(reader: JsonReader, phase: Rotation["phase"]): Pick<Rotation, "wasAnnounced"> {
  if (!reader.has("wasAnnounced")) return {};
  if (phase !== "switched" || reader.value("wasAnnounced") !== true)
    throw reader.damaged("wasAnnounced", "true was expected, of one that is switched");
  return { wasAnnounced: true };
}

function readStates(reader: JsonReader, known: KnownCertificates): Partial<Record<State, Generation>> {
  const byState: Partial<Record<State, Generation>> = {};
  for (const generation of reader.objects("generations")) {
    if (generation.text("state") === "requested") throw generation.newer("state", 'it is "requested"');
    const state = generation.choice("state", ["next", "current", "previous"]);
    if (byState[state] !== undefined)
      throw generation.damaged("state", `there is more than one that is ${state}`);
    byState[state] = readGeneration(generation, known);
  }
  checkOrder(reader, byState);
  return byState;
}

/** A generation that is served later has the higher number: that is what a roll-back is told by. */
function checkOrder(
  reader: JsonReader,
  { next, current, previous }: Partial<Record<State, Generation>>,
): void {
  const numbers = [next, current, previous].flatMap((each) => each?.generation ?? []);
  const isFalling = numbers.every((number, index) => index === 0 || number < (numbers[index - 1] ?? 0));
  if (!isFalling) throw reader.damaged("generations", "`n` was expected to fall from one to the next");
}

function withoutKey(reader: JsonReader, previous: Generation): PinnedChain {
  if (previous.privateKey !== undefined)
    throw reader.damaged("generations", "the one that is previous was expected without `privateKey`");
  return previous;
}

function formatGeneration(pinned: Generation, state: State): JsonObject {
  const { privateKey } = pinned;
  return {
    n: pinned.generation,
    state,
    ...shownOf(pinned),
    ...formatChain(pinned),
    ...(privateKey === undefined ? {} : { privateKey: formatSealedKey(privateKey) }),
  };
}

function readGeneration(reader: JsonReader, known: KnownCertificates): Generation {
  reader.allowOnly(["n", "state", "subject", "notAfter", "sha256", "chain", "anchor", "privateKey"]);
  const pinned = readChain(reader, "n", known);
  checkShown(reader, pinned);
  return {
    ...pinned,
    ...(reader.has("privateKey") ? { privateKey: readSealedKey(reader.object("privateKey")) } : {}),
  };
}

function readEvidence(reader: JsonReader): Evidence {
  reader.allowOnly(["host", "path", "n", "level", "at", "by"]);
  return {
    host: reader.text("host"),
    path: reader.text("path"),
    generation: reader.integer("n", 1, Number.MAX_SAFE_INTEGER),
    level: reader.choice("level", EVIDENCE_LEVELS),
    at: reader.text("at"),
    by: reader.text("by"),
  };
}
