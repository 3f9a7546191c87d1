import type { HostProcesses } from "./processes";

/** What a machine is asked. */
export interface MachineQuestions {
  /** Names or paths of programs that are needed there, beside those that work on its files needs. */
  readonly programs: readonly string[];
  /** Absolute paths. */
  readonly directories: readonly string[];
  /** The clock here, in milliseconds since 1970. */
  readonly nowMs: () => number;
}

/** What a machine says of itself. What it did not say, or not in time, is undefined. */
export interface MachineFacts {
  /** Programs that are needed and were not found. */
  readonly missingPrograms: readonly string[] | undefined;
  /** How far its clock is ahead of the one here, to a second. */
  readonly clockAheadMs: number | undefined;
  /** By directory: what is free on its file system, or that there is no such directory. */
  readonly space: ReadonlyMap<string, DirectorySpace>;
}

/** Bytes that are free for whoever asks, or that there is no such directory. */
export type DirectorySpace = { readonly freeBytes: number } | "missing";

/** What the shell of the files and the runner of commands call; a shell may have some of them built in. */
const TOOLS =
  "cat chgrp chmod chown cp dd grep id ls mkdir mv od printf rm rmdir sleep sync touch uname".split(" ");

/** How long a file system may take to say how full it is. */
const TIMEOUT_MS = 20_000;

/** What stands between the programs and the directories; it is neither. */
const DIVIDER = "//";

/** One fact a line; the file systems come last, because one that hangs keeps what comes after it. */
const SCRIPT = [
  `n=0; while [ "$1" != ${DIVIDER} ]; do case $1 in */*) [ -x "$1" ];; *) command -v "$1" >/dev/null 2>&1;; esac || echo "lacks $n"; n=$((n + 1)); shift; done; shift; echo looked`,
  `echo "clock $(date -u '+%Y-%m-%dT%H:%M:%SZ' 2>/dev/null)"`,
  `for d in "$@"; do if [ -d "$d" ]; then df -Pk "$d" 2>/dev/null | { read -r h; read -r l; echo "space $l"; }; else echo missing; fi; done`,
].join("; ");

/**
 * Asks a machine in one command.
 *
 * @throws HostError why it was not reached
 */
export async function machineFacts(
  processes: HostProcesses,
  { programs, directories, nowMs }: MachineQuestions,
): Promise<MachineFacts> {
  const needed = [...new Set([...TOOLS, ...programs])];
  let said = "";
  let clockReadMs: number | undefined;
  await processes.run({
    argv: ["sh", "-c", SCRIPT, "sh", ...needed, DIVIDER, ...directories],
    timeoutMs: TIMEOUT_MS,
    onOutput: (text) => {
      said += text;
      if (/^clock .*\n/m.test(said)) clockReadMs ??= nowMs();
    },
  });
  const lines = said.split("\n").map((line) => line.trim());
  const after = (word: string): string[] =>
    lines.flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  const spaces = lines.filter((line) => line === "missing" || line.startsWith("space"));
  return {
    missingPrograms: lines.includes("looked")
      ? after("lacks").flatMap((index) => needed[Number(index)] ?? [])
      : undefined,
    clockAheadMs: clockAhead(after("clock")[0] ?? "", clockReadMs),
    space: new Map(
      directories.flatMap((directory, index) => {
        const space = parseSpace(spaces[index] ?? "");
        return space === undefined ? [] : [[directory, space] as const];
      }),
    ),
  };
}

function clockAhead(shown: string, readMs: number | undefined): number | undefined {
  if (readMs === undefined || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(shown)) return undefined;
  return Date.parse(shown) - readMs;
}

/** `space FILESYSTEM BLOCKS USED AVAILABLE CAPACITY% MOUNT`, as POSIX has it; names may hold blanks. */
function parseSpace(line: string): DirectorySpace | undefined {
  if (line === "missing") return "missing";
  const [, available] = /\s\d+\s+-?\d+\s+(-?\d+)\s+\d+%\s/.exec(`${line} `) ?? [];
  return available === undefined ? undefined : { freeBytes: Math.max(0, Number(available)) * 1_024 };
}
