import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import Table from "cli-table3";
import { execute } from "../measure";
import { line } from "../report";
import type { SynthRun } from "../synthRun";

const SIZES = [10, 100, 1000];
const TSX = resolve("node_modules/tsx/dist/cli.mjs");

/** Synth with a pinned lock, two endpoints a host: time, peak memory and growth, split into CDKTF's share, key derivation and ours. */
export async function benchSynth(): Promise<void> {
  const table = new Table({
    head: [
      "endpoints",
      "total ms",
      "CDKTF ms",
      "key derivation ms",
      "lock opened ms",
      "ours ms",
      "ours ms/endpoint",
      "peak MiB",
    ],
    style: { head: [], border: [] },
  });
  for (const endpoints of SIZES) {
    const run = measureSynth(endpoints);
    table.push([
      endpoints,
      ...[run.totalMs, run.cdktfMs, run.keyDerivationMs, run.lockMs, run.oursMs].map((ms) => ms.toFixed(0)),
      (run.oursMs / endpoints).toFixed(2),
      run.peakMib.toFixed(0),
    ]);
  }
  line(table.toString());
}

function measureSynth(endpoints: number): SynthRun {
  const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-bench-"));
  try {
    writeFileSync(join(directory, "cdktf.json"), "{}");
    // The first run pins the identities; the second one is measured.
    runSynth(directory, endpoints);
    return JSON.parse(runSynth(directory, endpoints)) as SynthRun;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function runSynth(directory: string, endpoints: number): string {
  const environment = {
    FLEET_PASSWORD: "fleet-bench-password",
    CDKTF_OUTDIR: join(directory, "cdktf.out"),
  };
  return execute(
    process.execPath,
    [TSX, resolve("bench/synthRun.ts"), String(endpoints)],
    environment,
    directory,
  );
}
