import { App, type TerraformStack } from "cdktf";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TrustPlan, TrustStack } from "../../lib";
import { type CollectedPlan, collectPlan } from "../../lib/synth/plan/collectPlan";

/** The plan that constructs declare, before any lock is asked. */
export function planOf(declare: (stack: TerraformStack) => void): TrustPlan {
  return collected(declare).plan;
}

export function collected(declare: (stack: TerraformStack) => void): CollectedPlan {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "cdktf-trust-plan-")) });
  const stack = new (class extends TrustStack {})(app, "stack");
  declare(stack);
  return collectPlan(stack, { project: "test", name: "test" });
}
