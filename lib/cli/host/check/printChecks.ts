import { type CliIo, printLines, printText } from "../../io";
import { formatTable } from "../../table";
import { type HostCheck, type HostCheckItem, type Subject, SUBJECTS } from "./hostCheck";

/** Prints one line a host, then what is wrong. */
export function printChecks(io: CliIo, checks: readonly HostCheck[]): void {
  const reached = checks.filter(({ address }) => address !== undefined);
  const shown = SUBJECTS.filter((subject) =>
    reached.some(({ items }) => items.some((item) => item.subject === subject)),
  );
  if (reached.length > 0)
    printText(
      io,
      formatTable(
        ["host", ...shown],
        reached.map(({ host, items }) => [host, ...shown.map((subject) => cell(subject, items))]),
      ),
    );
  for (const { host, address } of checks)
    if (address === undefined)
      printLines(io, `${host}: nobody may log in to it from here (manual), so it was not looked at`);
  for (const { host, items } of checks)
    for (const { subject, state, problem } of items)
      if (problem !== undefined)
        printLines(io, `${host}: ${subject}${state === "unknown" ? " (not known)" : ""}: ${problem}`);
  if (checks.length === 0) printLines(io, "the stacks of this environment declare no host");
}

/** What several items of one subject come to: how many are good, or what is worst. */
function cell(subject: Subject, items: readonly HostCheckItem[]): string {
  const meant = items.filter((item) => item.subject === subject);
  const [first] = meant;
  if (first === undefined) return "-";
  const failures = meant.filter(({ state }) => state !== "good");
  const isCounted = subject === "rights" || subject === "port";
  return isCounted ? `${meant.length - failures.length} of ${meant.length}` : (failures[0] ?? first).seen;
}
