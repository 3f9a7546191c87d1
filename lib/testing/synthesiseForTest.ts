import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import { isTrustStack } from "../constructs/trustStackMark";
import type { SecretReference } from "../model";
import { SynthError, TrustStack } from "../synth";
import { setEdges } from "../synth/edges";
import { EnvironmentSynthesis } from "../synth/environmentSynthesis";
import { declaredLater, noTrustStack, otherCopy } from "./errors";
import { TestEdges } from "./testEdges";
import { type TestJudgement, testedHops } from "./testJudgement";
import { testProject } from "./testProject";
import { testedFiles, testedRunbooks, testedStores } from "./testedHosts";
import { TestSynthesis, type TestedStack } from "./testSynthesis";

/** What a test says besides the stacks. */
export interface TestOptions {
  /** The environment to synthesise for. @default - `environment` in the context of `cdktf.json`, else `local` */
  readonly environment?: string;
  /** Members of the context, in place of those of `cdktf.json`. @default - none */
  readonly context?: Readonly<Record<string, unknown>>;
  /** The time that certificates are issued and judged at. @default - 2026-01-01, so that each run is the same */
  readonly now?: Date;
  /**
   * Secrets of files that the test is to read, and of those that must be equal, by their reference (`env:NAME`). The
   * real ones are never looked up.
   *
   * @default - a stand-in for each
   */
  readonly secrets?: Readonly<Partial<Record<SecretReference, string>>>;
}

/** Declares the stacks of an app, as `main.ts` does before `app.synth()`. */
export type DeclareStacks = (app: App) => unknown;

const DEFAULT_NOW = new Date("2026-01-01T00:00:00Z");

/**
 * Synthesises stacks as a deploy does, for a test: all in memory, with a lock and secrets of its own. Neither the
 * project's lock nor its output is read or written, no secret is needed, and two runs give the same bytes.
 *
 * @throws SynthError `failed-checks` with everything that is wrong, as a deploy is refused
 * @throws what the constructs throw
 */
export function synthesiseForTest(declare: DeclareStacks, options: TestOptions = {}): TestSynthesis {
  const run = synthesise(declare, options);
  if (run.refusal !== undefined) throw run.refusal;
  const { app, edges, judgement } = run;
  const synthesis = synthesisOf(app);
  const stacks = stacksOf(app).map((stack): TestedStack => {
    const judged = isTrustStack(stack) ? synthesis.of(stack) : undefined;
    return {
      name: stack.node.id,
      plan: judged?.plan,
      terraform: withoutNotes(JSON.parse(JSON.stringify(stack.toTerraform()))) as TestedStack["terraform"],
      warnings: judged?.warnings ?? [],
    };
  });
  const made = stacksOf(app)
    .filter(isTrustStack)
    .map((stack) => ({ name: stack.node.id, ...synthesis.of(stack) }))
    .map(({ name, plan, artifacts = [] }) => ({ name, plan, artifacts }));
  return new TestSynthesis({
    ...judgement,
    stacks,
    stores: made.flatMap((each) => testedStores(each, edges.secret)),
    files: made.flatMap(testedFiles),
    runbooks: new Map(
      made.flatMap(({ name, plan }) => testedRunbooks(plan, edges.outputs.get(name)?.artifacts ?? [])),
    ),
  });
}

/**
 * Judges stacks as a synth does, and gives each call as a row, also where a deploy is refused: what a test wants that
 * asserts a refusal. Otherwise as `synthesiseForTest`.
 *
 * @throws what the constructs throw
 */
export function judgeForTest(declare: DeclareStacks, options: TestOptions = {}): TestJudgement {
  return synthesise(declare, options).judgement;
}

interface TestRun {
  readonly app: App;
  readonly edges: TestEdges;
  readonly judgement: TestJudgement;
  /** Why a deploy would be refused. */
  readonly refusal: SynthError | undefined;
}

function synthesise(declare: DeclareStacks, options: TestOptions): TestRun {
  const { now = DEFAULT_NOW, secrets = {} } = options;
  const project = testProject();
  // CDKTF makes its output directory as soon as there is an app.
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-test-"));
  try {
    const app = new App({ outdir });
    const context = { ...project.context, ...options.context };
    const { environment = context["environment"] } = options;
    for (const [key, value] of Object.entries({ ...context, environment })) app.node.setContext(key, value);
    const edges = new TestEdges(app, { project, now, secrets });
    setEdges(app, edges.edges);
    declareIn(app, declare);
    const refusal = refusalOf(app);
    const { plan, findings, verdicts } = synthesisOf(app);
    const judgement = {
      environment: plan.environment,
      plan,
      hops: testedHops(plan, findings, verdicts),
      findings,
      standIns: edges.standIns,
    };
    return { app, edges, judgement, refusal };
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

function declareIn(app: App, declare: DeclareStacks): void {
  const declared = declare(app);
  if (declared instanceof Promise) throw declaredLater();
  const stacks = stacksOf(app).filter(isTrustStack);
  if (stacks.length === 0) throw noTrustStack();
  // Another copy would synthesise into the project.
  const other = stacks.find((stack) => !(stack instanceof TrustStack));
  if (other !== undefined) throw otherCopy(other.node.path);
}

/** Synthesises, and gives what refuses it; other errors stay errors. */
function refusalOf(app: App): SynthError | undefined {
  try {
    app.synth();
    return undefined;
  } catch (error) {
    if (error instanceof SynthError && error.code === "failed-checks") return error;
    throw error;
  }
}

function synthesisOf(app: App): EnvironmentSynthesis {
  const synthesis = EnvironmentSynthesis.judged(app);
  if (synthesis === undefined) throw noTrustStack();
  return synthesis;
}

function stacksOf(app: App): TerraformStack[] {
  return app.node.findAll().filter((construct) => TerraformStack.isStack(construct));
}

/** CDKTF notes its own version and the path of each construct under `//`. */
function withoutNotes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNotes);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => key !== "//")
      .map(([key, member]) => [key, withoutNotes(member)]),
  );
}
