import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { trustMapPage } from "../../lib/report/map";
import { estate } from "../../test/support/estate";
import { ESTATE_NOW } from "../../test/support/estateParts";
import { median } from "../measure";
import { line } from "../report";

const SIZES = [5, 50, 500];
const ROUNDS = 7;

/** The trust map: how long a plan with its verdicts takes to become a file, and how large that is. */
export function benchMap(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-bench-map-"));
  try {
    for (const hops of SIZES) {
      const times = Array.from({ length: ROUNDS }, () => timeOf(hops, join(directory, `${hops}.html`)));
      const bytes = Buffer.byteLength(trustMapPage(estate({ hops }), { now: ESTATE_NOW }));
      const [first = NaN] = times;
      line(
        `  ${String(hops).padStart(4)} hops ${median(times).toFixed(0).padStart(5)} ms cpu, the first ${first.toFixed(0)} ms, ` +
          `${(bytes / 1000).toFixed(0)} KB${hops === 500 ? " (target: 200 ms, 600 KB)" : ""}`,
      );
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  return Promise.resolve();
}

function timeOf(hops: number, file: string): number {
  // Made anew, because an index of a plan is kept with it.
  const made = estate({ hops });
  // Of the processor, so that a busy machine says the same.
  const before = process.cpuUsage();
  writeFileSync(file, trustMapPage(made, { now: ESTATE_NOW }));
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
