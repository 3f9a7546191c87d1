import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** One way to do a job, timed as a whole. */
export interface Contender {
  readonly name: string;
  /** Puts things as they were before the job; not timed. */
  readonly prepare?: () => void;
  readonly run: () => void | Promise<void>;
}

/** What a job took. */
export interface Cost {
  /** Median over the rounds. */
  readonly wallMs: number;
  /** User and system time of this process and all that it started and awaited: mean over the rounds; NaN off Linux. */
  readonly cpuMs: number;
}

/** The kernel counts in hundredths of a second (`USER_HZ`). */
const MS_A_TICK = 10;

/** Costs by name; the contenders take turns, so that a busy machine is busy for all of them. */
export async function measure(contenders: readonly Contender[], rounds: number): Promise<Map<string, Cost>> {
  const walls = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const cpus = new Map<string, number>(contenders.map(({ name }) => [name, 0]));
  for (let round = 0; round < rounds; round += 1) {
    for (const { name, prepare, run } of contenders) {
      prepare?.();
      const cpuBefore = cpuMsOfTree();
      const started = performance.now();
      await run();
      walls.get(name)?.push(performance.now() - started);
      cpus.set(name, (cpus.get(name) ?? 0) + cpuMsOfTree() - cpuBefore);
    }
  }
  return new Map(
    [...walls].map(([name, all]) => [name, { wallMs: median(all), cpuMs: (cpus.get(name) ?? NaN) / rounds }]),
  );
}

/** Runs a program to its end; its failure is the bench's. */
export function execute(
  command: string,
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
  directory = process.cwd(),
): string {
  const result = spawnSync(command, words, {
    cwd: directory,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (result.status !== 0) {
    const reason = result.error?.message ?? `${result.stdout}\n${result.stderr}`;
    throw new Error(`${command} ${words.join(" ")}: ${reason}`);
  }
  return result.stdout;
}

export function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** proc_pid_stat(5): `cutime` and `cstime` are those of children that were waited for, and of theirs. */
function cpuMsOfTree(): number {
  if (process.platform !== "linux") return NaN;
  const fields = readFileSync("/proc/self/stat", "utf8").split(") ")[1]?.split(" ") ?? [];
  const [user = NaN, system = NaN, childUser = NaN, childSystem = NaN] = fields.slice(11, 15).map(Number);
  return (user + system + childUser + childSystem) * MS_A_TICK;
}
