import { damaged, isObject, requireObject, requireText } from "./damaged";
import type { ActivationRecord, OwnershipRecord, ProofLevel } from "./record";

const LEVELS: readonly string[] = ["served", "called"] satisfies ProofLevel[];

type Activations = NonNullable<OwnershipRecord["activations"]>;

/** In an order that does not depend on how they came about; undefined, and so left out, where there are none. */
export function formatActivations(activations: Activations | undefined): object | undefined {
  const named = Object.entries(activations ?? {}).sort(byName);
  if (named.length === 0) return undefined;
  return Object.fromEntries(
    named.map(([name, { proven, unproven, steps, level, at }]) => [
      name,
      {
        proven: Object.fromEntries(Object.entries(proven).sort(byName)),
        unproven: [...unproven].sort(),
        steps,
        level,
        at,
      },
    ]),
  );
}

/** @throws HostError `ownership-damaged` */
export function readActivations(value: unknown, recordPath: string): Activations {
  const named = Object.entries(requireObject(value, '"activations"', recordPath));
  return Object.fromEntries(named.map(([name, one]) => [name, readActivation(name, one, recordPath)]));
}

function readActivation(name: string, value: unknown, recordPath: string): ActivationRecord {
  const where = `the activation "${name}"`;
  const { proven, unproven, steps, level, at } = requireObject(value, where, recordPath);
  if (!isObject(proven) || !isTexts(Object.values(proven)))
    throw damaged(recordPath, `"proven" of ${where} must be an object of strings`);
  if (!isTexts(unproven)) throw damaged(recordPath, `"unproven" of ${where} must be a list of strings`);
  if (level !== undefined && !isLevel(level))
    throw damaged(recordPath, `the level of ${where} must be one of ${LEVELS.join(", ")}`);
  return {
    proven: proven as Readonly<Record<string, string>>,
    unproven,
    ...(steps === undefined ? {} : { steps: requireText(steps, `"steps" of ${where}`, recordPath) }),
    ...(level === undefined ? {} : { level }),
    ...(at === undefined ? {} : { at: requireText(at, `"at" of ${where}`, recordPath) }),
  };
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === "string");
}

function isLevel(value: unknown): value is ProofLevel {
  return typeof value === "string" && LEVELS.includes(value);
}

function byName([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one < other ? -1 : 1;
}
