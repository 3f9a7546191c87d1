import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** The most memory that programs took at a time, in MiB, by the name of the program. */
export type PeakMib = Readonly<Record<string, number>>;

const EVERY_MS = 250;

/**
 * Runs a program to its end and looks meanwhile at what it and all that it started take (proc_pid_smaps(5), each page
 * shared among those who have it).
 *
 * @param names programs that are counted, as the kernel names them
 */
export async function executeWatched(
  command: string,
  words: readonly string[],
  directory: string,
  names: readonly string[],
): Promise<PeakMib> {
  const child = spawn(command, words, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (piece: Buffer) => (said = `${said}${piece.toString("utf8")}`.slice(-4_000)));
  const peak: Record<string, number> = Object.fromEntries(names.map((name) => [name, 0]));
  const timer = setInterval(() => {
    for (const name of names) peak[name] = Math.max(peak[name] ?? 0, takenMib(child.pid ?? 0, name));
  }, EVERY_MS);
  try {
    const status = await new Promise<number | null>((done) => child.once("close", done));
    if (status !== 0) throw new Error(`${command} ${words.join(" ")}: ${said}`);
    return peak;
  } finally {
    clearInterval(timer);
  }
}

function takenMib(ancestor: number, name: string): number {
  const parents = new Map<number, { readonly parent: number; readonly name: string }>();
  for (const id of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const [, program = "", parent = ""] = /^\d+ \((.*)\) \S (\d+)/.exec(read(`/proc/${id}/stat`)) ?? [];
    parents.set(Number(id), { parent: Number(parent), name: program });
  }
  const isBelow = (id: number): boolean => {
    if (id === ancestor) return true;
    const parent = parents.get(id)?.parent ?? 0;
    return parent !== 0 && isBelow(parent);
  };
  const kibibytes = [...parents]
    .filter(([id, { name: program }]) => program === name && isBelow(id))
    .map(([id]) => Number(/^Pss: *(\d+)/m.exec(read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0));
  return kibibytes.reduce((sum, one) => sum + one, 0) / 1_024;
}

/** Empty where the process is gone meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
