import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import type { EnvironmentVerdicts } from "../../lib/model";
import { setEdges } from "../../lib/synth/edges";
import { EnvironmentSynthesis } from "../../lib/synth/environmentSynthesis";
import { environmentVerdicts } from "../../lib/synth/environmentVerdicts";
import { TestEdges } from "../../lib/testing/testEdges";
import { testProject } from "../../lib/testing/testProject";
import { exampleStacks } from "../../stacks";

/** What a synth finds of the example environment, with keys, secrets and a clock that are the same on every run. */
export function exampleVerdicts(now: Date): EnvironmentVerdicts {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-example-"));
  try {
    const app = new App({ outdir });
    const project = testProject();
    for (const [key, value] of Object.entries({ ...project.context, environment: "local" }))
      app.node.setContext(key, value);
    setEdges(app, new TestEdges(app, { project, now, secrets: {} }).edges);
    exampleStacks(app);
    app.synth();
    const judged = EnvironmentSynthesis.judged(app);
    if (judged === undefined) throw new Error("nothing was judged");
    return environmentVerdicts(judged);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}
