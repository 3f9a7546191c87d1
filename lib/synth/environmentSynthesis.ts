import type { App, TerraformStack } from "cdktf";
import { type Finding, type HopVerdict, type TrustPlan, stackOf } from "../model";
import type { Artifact } from "./artifacts/artifactFolder";
import { materialise } from "./artifacts/materialise";
import { edgesOf } from "./edges";
import { failedChecks } from "./errors";
import type { JudgedEnvironment } from "./environmentVerdicts";
import { EnvironmentLock } from "./plan/environmentLock";
import { type CollectedStack, collectStacks, planOfAll } from "./plan/environmentPlan";
import type { SynthEnvironment } from "./plan/environment";
import { withJavaSecurity } from "./plan/javaSecurity";
import { prove } from "./prove";
import { proveNext } from "./proveNext";

/** One stack of the environment, about to be written. */
export interface JudgedStack {
  readonly plan: TrustPlan;
  /** Undefined where no artifacts are made: neither secrets nor keys were asked for. */
  readonly artifacts: readonly Artifact[] | undefined;
  readonly warnings: readonly Finding[];
}

/**
 * All stacks of an app, collected, pinned, materialised in memory and proven together, before any of them is
 * written: a hop may lead from one to another.
 */
export class EnvironmentSynthesis implements JudgedEnvironment {
  private static readonly byApp = new WeakMap<App, EnvironmentSynthesis>();

  /**
   * @param whenJudged called once, before anything is refused: what is wrong is what people want to look at
   * @throws SynthError with everything that is wrong in the stacks that are chosen
   */
  static of(
    app: App,
    stack: TerraformStack,
    environment: SynthEnvironment,
    whenJudged: (judged: JudgedEnvironment) => void = () => {},
  ): EnvironmentSynthesis {
    const known = this.byApp.get(app);
    const isJudged = known?.stacks.has(stack) === true;
    const synthesis = isJudged
      ? known
      : new EnvironmentSynthesis(
          collectStacks(app, environment),
          EnvironmentLock.of(app, environment),
          environment,
          edgesOf(app).now(),
        );
    this.byApp.set(app, synthesis);
    if (!isJudged) whenJudged(synthesis);
    requireNoErrors(synthesis.findings);
    return synthesis;
  }

  /** What was found of an app's stacks, also where they are refused; undefined before any of them is synthesised. */
  static judged(app: App): EnvironmentSynthesis | undefined {
    return this.byApp.get(app);
  }

  /** What all stacks declare together, pinned. */
  readonly plan: TrustPlan;
  /** What rules and handshakes have to say of the chosen stacks; an error refuses them. */
  readonly findings: readonly Finding[];
  /** Of each hop that was rehearsed. */
  readonly verdicts: readonly HopVerdict[];
  private readonly stacks = new Map<TerraformStack, JudgedStack>();

  private constructor(
    collected: readonly CollectedStack[],
    readonly lock: EnvironmentLock,
    environment: SynthEnvironment,
    readonly at: Date,
  ) {
    const pinned = collected.map((stack) => {
      const isChosen = environment.isChosen(stack.plan.stack);
      const declared = withJavaSecurity(stack.plan, lock.readFile);
      const plan = isChosen ? lock.pin(declared, at) : lock.pinned(declared);
      const artifacts =
        environment.artifacts && isChosen
          ? materialise({
              plan,
              identity: (id) => lock.identity(id),
              secret: lock.secret,
              readFile: lock.readFile,
            })
          : undefined;
      return { ...stack, declared, plan, artifacts, isChosen };
    });
    this.plan = planOfAll(pinned.map(({ plan }) => plan));
    const { findings, verdicts } = prove(pinned, lock, at);
    this.verdicts = verdicts;
    const foreseen = proveNext(pinned, lock, { now: at, known: findings });
    this.findings = unique([
      ...pinned.flatMap((stack) =>
        stack.isChosen ? [...stack.findings, ...lock.findingsOf(stack.plan)] : [],
      ),
      ...lock.findings(),
      ...findings,
      ...foreseen,
    ]);
    const names = new Set(pinned.map(({ plan }) => plan.stack));
    const [first] = pinned;
    for (const { stack, ...judged } of pinned) {
      // What is about no stack, as the lock is, is said once.
      const warnings = this.findings.filter(({ subject }) =>
        names.has(stackOf(subject)) ? stackOf(subject) === judged.plan.stack : stack === first?.stack,
      );
      this.stacks.set(stack, { ...judged, warnings });
    }
  }

  of(stack: TerraformStack): JudgedStack {
    const judged = this.stacks.get(stack);
    if (judged === undefined) throw new RangeError(`${stack.node.path} is no TrustStack of its app`);
    return judged;
  }
}

/** Errors stop synth, all at once. */
function requireNoErrors(findings: readonly Finding[]): void {
  const errors = findings.filter(({ level }) => level === "error");
  const stacks = [...new Set(errors.map(({ subject }) => stackOf(subject)))];
  if (errors.length > 0) throw failedChecks(stacks.join(", "), errors);
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}
