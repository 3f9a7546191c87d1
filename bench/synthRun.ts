import { readFileSync } from "node:fs";
import { App } from "cdktf";
import { lockPath, openLock, readLock } from "../lib/lock";
import { LOCAL_ENVIRONMENT } from "../lib/model";
import { synthesiseTrust } from "../lib/synth/synthesiseTrust";
import { FleetStack } from "./fleet";

/** What one synth took; printed as JSON for `subjects/synth.ts`, which runs it in a process of its own. */
export interface SynthRun {
  readonly totalMs: number;
  readonly cdktfMs: number;
  readonly keyDerivationMs: number;
  /** Reading the lock, with every signature checked, and opening it. */
  readonly lockMs: number;
  readonly oursMs: number;
  readonly peakMib: number;
}

/** Times our share apart from CDKTF's, which is all the rest. */
class MeasuredStack extends FleetStack {
  oursMs = 0;
  private measured = false;

  override prepareStack(): void {
    if (!this.measured) {
      this.measured = true;
      const start = performance.now();
      synthesiseTrust(this);
      this.oursMs = performance.now() - start;
      this.synthesised = true;
    }
    super.prepareStack();
  }
}

const endpoints = Number(process.argv[2]);
const start = performance.now();
const app = new App();
const stack = new MeasuredStack(app, "fleet", endpoints);
app.synth();
const totalMs = performance.now() - start;

const lockStart = performance.now();
const lock = readLock(readFileSync(lockPath(process.cwd(), LOCAL_ENVIRONMENT), "utf8"));
const key = readFileSync(".local/lock.key", "utf8").trim();
const derivationStart = performance.now();
openLock(lock, key);
const keyDerivationMs = performance.now() - derivationStart;
const lockMs = performance.now() - lockStart;

const run: SynthRun = {
  totalMs,
  cdktfMs: totalMs - stack.oursMs,
  keyDerivationMs,
  lockMs,
  oursMs: stack.oursMs - keyDerivationMs,
  peakMib: process.resourceUsage().maxRSS / 1024,
};
process.stdout.write(JSON.stringify(run));
