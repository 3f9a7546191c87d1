import { type KnownCertificates, checkShown, formatChain, readChain, shownOf } from "./chainFormat";
import { formatSealedKey, readSealedKey } from "./headerFormat";
import type { JsonObject, JsonReader } from "./jsonReader";
import {
  EVIDENCE_LEVELS,
  IDENTITY_KINDS,
  type Evidence,
  type Generation,
  type LockedIdentity,
  type PendingRequest,
  type PinnedChain,
  ROTATION_PHASES,
  type Rotation,
  type WaitingIdentity,
} from "./lock";
import { formatNextRequested, readRequested } from "./requestedFormat";

type State = "next" | "current" | "previous";

/** The generations of an identity, as they stand in the lock; of one that waits for its first, the request alone. */
type Generations =
  | (Generation & Pick<LockedIdentity, "previous" | "rotation" | "requested">)
  | Pick<WaitingIdentity, "requested">;

/** The newest first, as the lock writes them. */
export function formatGenerations(identity: LockedIdentity): JsonObject[] {
  const { rotation, previous, requested } = identity;
  const before = rotation?.phase === "switched" ? rotation.other : previous;
  return [
    ...(requested === undefined ? [] : [formatNextRequested(requested)]),
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
 * @throws LockError `damaged-lock`
 */
export function readGenerations(reader: JsonReader, known: KnownCertificates): Generations {
  const [requested, ...more] = reader.objects("generations").filter(isRequested);
  const others = reader.objects("generations").filter((generation) => !isRequested(generation));
  if (more.length > 0) throw reader.damaged("generations", "there is more than one that is requested");
  if (requested === undefined) return readPinned(reader, others, known);
  if (others.length === 0) return { requested: readFirstRequested(reader, requested) };
  const pinned = readPinned(reader, others, known);
  const next = readRequested(requested, requested);
  if (next.generation <= pinned.generation)
    throw requested.damaged("n", "more than that of the one that is current was expected");
  return { ...pinned, requested: next };
}

function isRequested(generation: JsonReader): boolean {
  return generation.value("state") === "requested";
}

/** Nothing else is known of an identity that waits for its first certificate. */
function readFirstRequested(reader: JsonReader, requested: JsonReader): PendingRequest {
  if (reader.choice("kind", IDENTITY_KINDS) !== "requested")
    throw reader.damaged("kind", '"requested" was expected, because nothing but a request is there');
  reader.choice("phase", ["steady"]);
  for (const name of ["file", "observedIn"])
    if (reader.has(name)) throw reader.damaged(name, "it was not expected beside a request alone");
  if (reader.objects("evidence").length > 0) throw reader.damaged("evidence", "none was expected");
  return readRequested(requested, reader);
}

function readPinned(
  reader: JsonReader,
  generations: readonly JsonReader[],
  known: KnownCertificates,
): Generation & Pick<LockedIdentity, "previous" | "rotation"> {
  const phase = reader.choice("phase", ["steady", ...ROTATION_PHASES]);
  const evidence = reader.objects("evidence").map(readEvidence);
  const byState = readStates(reader, generations, known);
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

function readStates(
  reader: JsonReader,
  generations: readonly JsonReader[],
  known: KnownCertificates,
): Partial<Record<State, Generation>> {
  const byState: Partial<Record<State, Generation>> = {};
  for (const generation of generations) {
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

/** @throws LockError `damaged-lock` */
export function readEvidence(reader: JsonReader): Evidence {
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
