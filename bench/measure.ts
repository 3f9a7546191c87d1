import { spawnSync } from "node:child_process";

/** One way to do a job, timed as a whole. */
export interface Contender {
  readonly name: string;
  /** Puts things as they were before the job; not timed. */
  readonly prepare?: () => void;
  readonly run: () => void;
}

/** Median milliseconds by name; the contenders take turns, so that a busy machine is busy for all of them. */
export function medians(contenders: readonly Contender[], rounds: number): Map<string, number> {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, prepare, run } of contenders) {
      prepare?.();
      const started = performance.now();
      run();
      times.get(name)?.push(performance.now() - started);
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

/** Runs a program to its end; its failure is the bench's. */
export function execute(
  command: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): void {
  const result = spawnSync(command, words, {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "ignore", "pipe"],
  });
  if (result.status !== 0) {
    throw new Error(`${command} ${words.join(" ")}: ${result.error?.message ?? result.stderr.toString()}`);
  }
}

function median(times: number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
