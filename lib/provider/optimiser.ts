/** V8's own, in Node 20; the exact value counts, because what is compiled is only used under flags that are as they were. */
const DEFAULT_BUDGET = 66 * 1024;
/** A plan of a hundred endpoints takes a fifth less processor time; what runs long is optimised all the same. */
const PATIENT_BUDGET = 600_000;

/**
 * Lets V8 optimise only what has run nine times as long as it asks for: in the seconds that a plan takes, it would spend a
 * quarter of its time on code that is hardly used from then on.
 *
 * Called when Node is up, because it has its own parts compiled for flags that nobody has touched.
 */
export function optimiseLater(): void {
  setBudget(PATIENT_BUDGET);
}

/** Takes that back. */
export function optimiseAsEver(): void {
  setBudget(DEFAULT_BUDGET);
}

/** Says under which flags and for which V8 something is compiled. */
export function flagsTag(): number {
  return process.getBuiltinModule("node:v8").cachedDataVersionTag();
}

/** Not imported, because that is done at every start, and this mostly is not. */
function setBudget(budget: number): void {
  process.getBuiltinModule("node:v8").setFlagsFromString(`--interrupt-budget=${budget}`);
}
