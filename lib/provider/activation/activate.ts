import { isUnreached, type ProofLevel } from "../../hosts";
import { secretIfAtHand } from "../secrets";
import type { DeclaredActivation, DeclaredProbe } from "./declared";
import { activationFailed, type Attempt, type FailureReport, wentWell } from "./failure";
import { journal } from "./journal";
import { needsMissing } from "./needs";
import { look, waitForProbes } from "./probes";
import { lastProof, prove } from "./prove";
import { begin, isAnyOwed, readRecords, type RecordedFile } from "./records";
import { rollBack } from "./rollBack";
import type { RolledBack } from "./rolledBack";
import { settleRecords } from "./settle";
import { runSteps } from "./steps";

/** What an activation is, in a row. */
export interface ActivationState {
  readonly state: "proven" | "owed" | "deferred";
  readonly level: ProofLevel | "";
  /** ISO 8601; empty where there was no proof yet. */
  readonly at: string;
}

/** What an activation is by the records of its files alone, which needs no password. */
export async function activationState(activation: DeclaredActivation): Promise<ActivationState> {
  const files = await readRecords(activation);
  const isOwed = isAnyOwed(files, activation);
  const isDeferred = isOwed && (await needsMissing(activation, files, { opensStores: false })).length > 0;
  return { state: isDeferred ? "deferred" : isOwed ? "owed" : "proven", ...proofOf(activation, files) };
}

/**
 * Makes the product read what it has not read yet, and looks whether it serves it; nothing is run where nothing is owed,
 * or where a key is missing without which it cannot start. Where it fails, what was not proven goes back and the same is
 * run again.
 *
 * @throws ActivationError `activation-failed`, saying what was seen; `activation-interrupted`
 */
export async function activate(
  activation: DeclaredActivation,
  signal: AbortSignal,
  now: () => Date = () => new Date(),
): Promise<ActivationState> {
  const files = await begin(activation, await settleRecords(activation, await readRecords(activation)));
  if (!isAnyOwed(files, activation)) return { state: "proven", ...proofOf(activation, files) };
  const missing = await needsMissing(activation, files, { opensStores: true });
  const { name, address: host } = activation;
  if (missing.length > 0) {
    journal({ event: "deferred", activation: name, host, text: `missing: ${missing.join(", ")}` });
    return { state: "deferred", ...proofOf(activation, files) };
  }
  const first = await attempt(activation, activation.probes, signal);
  if (!wentWell(first)) return fail(activation, first, signal, now);
  const level = activation.probes.length === 0 ? "called" : "served";
  const at = now().toISOString();
  await prove(activation, files, level, at);
  tellProof(activation, level, first);
  return { state: "proven", level, at };
}

/** Runs the steps; then the probes wait, or, where a step failed, look once. */
async function attempt(
  activation: DeclaredActivation,
  probes: readonly DeclaredProbe[],
  signal: AbortSignal,
): Promise<Attempt> {
  knowPasswords(activation);
  const failure = await runSteps(activation, signal);
  if (failure === undefined) return { sights: await waitForProbes(activation, probes, signal) };
  const sights = [];
  for (const probe of probes) sights.push(await look(activation, probe));
  return { failure, sights };
}

/** So that they are hidden in what the steps print, where this process opens none of the stores itself. */
function knowPasswords({ files }: DeclaredActivation): void {
  for (const { password } of files) if (password !== undefined) secretIfAtHand(password);
}

async function fail(
  activation: DeclaredActivation,
  first: Attempt,
  signal: AbortSignal,
  now: () => Date,
): Promise<never> {
  const error = activationFailed(activation, await recover(activation, first, signal, now));
  journal({ event: "failed", activation: activation.name, host: activation.address, text: error.message });
  throw error;
}

/** Rolls back and runs the same again, as far as the machine can still be asked: why it failed must not be lost with it. */
async function recover(
  activation: DeclaredActivation,
  first: Attempt,
  signal: AbortSignal,
  now: () => Date,
): Promise<FailureReport> {
  let rolledBack: readonly RolledBack[] = [];
  try {
    rolledBack = await rollBack(activation);
    const isBack = rolledBack.some(({ outcome }) => outcome !== "left");
    if (!isBack) return { first, rolledBack };
    return { first, rolledBack, second: await again(activation, rolledBack, signal, now) };
  } catch (error) {
    if (!isUnreached(error)) throw error;
    return { first, rolledBack, lost: error.message };
  }
}

/** Runs the same after a roll-back, and looks for what was served before. */
async function again(
  activation: DeclaredActivation,
  rolledBack: readonly RolledBack[],
  signal: AbortSignal,
  now: () => Date,
): Promise<Attempt> {
  const files = await readRecords(activation);
  const second = await attempt(activation, formerProbes(activation.probes, rolledBack), signal);
  if (wentWell(second)) {
    const level = second.sights.some(({ probe }) => probe.sha256 !== undefined) ? "served" : "called";
    await prove(activation, files, level, now().toISOString());
    tellProof(activation, level, second);
  }
  return second;
}

/** A product that has nothing to serve is not waited for as one that has. */
const NOTHING_EXPECTED_MS = 10_000;

/** Probes that expect what was there before the change: of an expected certificate that was rolled back, the former one. */
function formerProbes(
  probes: readonly DeclaredProbe[],
  rolledBack: readonly RolledBack[],
): readonly DeclaredProbe[] {
  const back = rolledBack.filter(({ outcome }) => outcome !== "left");
  const former = new Map(back.flatMap(({ from, to }) => (from === undefined ? [] : [[from, to] as const])));
  return probes.map((probe) => {
    const { sha256, ...rest } = { ...probe, authorities: [] };
    if (sha256 === undefined) return rest;
    if (!former.has(sha256)) return { ...rest, sha256 };
    const expected = former.get(sha256);
    return expected === undefined
      ? { ...rest, timeoutMs: Math.min(rest.timeoutMs, NOTHING_EXPECTED_MS) }
      : { ...rest, sha256: expected };
  });
}

function tellProof({ name, address }: DeclaredActivation, level: ProofLevel, { sights }: Attempt): void {
  const seen = sights.map((sight) => sight.seen).join("; ");
  journal({ event: "proved", activation: name, host: address, level, ...(seen === "" ? {} : { seen }) });
}

function proofOf(
  { owner, name }: DeclaredActivation,
  files: readonly RecordedFile[],
): Pick<ActivationState, "level" | "at"> {
  const { level = "", at = "" } = lastProof(
    files.map(({ record }) => record),
    owner,
    name,
  );
  return { level, at };
}
