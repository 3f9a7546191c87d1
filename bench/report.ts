import type { Contender, Cost } from "./measure";
import { measure } from "./measure";

/** What a figure is to be, beside the base's. */
export interface Target {
  readonly ratio: number;
  /** `least`: the others must take at least so many times as long; `most`: we may take so many times as long. */
  readonly kind: "least" | "most";
  /** @default wall */
  readonly of?: "wall" | "cpu";
}

export interface Comparison {
  readonly title: string;
  readonly target?: Target;
  /** Name of the contender that the others are compared with. */
  readonly base: string;
  /** Names of contenders that the target is not about. */
  readonly apart?: readonly string[];
}

/** Lets the contenders take turns and prints what each took. */
export async function compare(
  comparison: Comparison,
  contenders: readonly Contender[],
  rounds: number,
): Promise<void> {
  print(comparison, await measure(contenders, rounds));
}

/** One line a contender: milliseconds of wall and processor, and how many times the base's that is. */
export function print(
  { title, target, base, apart = [] }: Comparison,
  costs: ReadonlyMap<string, Cost>,
): void {
  const of = target?.of === "cpu" ? "cpuMs" : "wallMs";
  const baseMs = costs.get(base)?.[of] ?? NaN;
  const goal =
    target === undefined ? "" : ` (target: at ${target.kind} ${target.ratio} in ${target.of ?? "wall"})`;
  line(`${title}${goal}`);
  for (const [name, cost] of costs) {
    const ratio = cost[of] / baseMs;
    const isMissed =
      target !== undefined &&
      name !== base &&
      !apart.includes(name) &&
      (target.kind === "least" ? ratio < target.ratio : ratio > target.ratio);
    const columns = [
      name.padEnd(34),
      cost.wallMs.toFixed(1).padStart(10),
      " ms",
      cost.cpuMs.toFixed(0).padStart(8),
      " ms cpu",
      ratio.toFixed(2).padStart(9),
      "x",
    ];
    line(`  ${columns.join("")}${isMissed ? "  MISSED" : ""}`);
  }
}

export function line(text: string): void {
  process.stdout.write(`${text}\n`);
}
