import type { App } from "cdktf";
import { fileReader } from "../lock";
import type { SecretReference } from "../model";
import { outputDirectoryOf, workingDirectoryOf } from "../project";
import type { SynthEdges } from "../synth/edges";
import { synthEnvironment } from "../synth/plan/environment";
import { collectStacks, planOfAll } from "../synth/plan/environmentPlan";
import { MemoryOutput } from "./memoryOutput";
import { seededBytes } from "./seededBytes";
import { seededIdentity } from "./seededIdentity";
import { StandInLock } from "./standInLock";
import { standInSecrets } from "./standInSecret";
import type { TestProject } from "./testProject";

export interface TestEdgesOptions {
  readonly project: TestProject;
  readonly now: Date;
  readonly secrets: Readonly<Partial<Record<SecretReference, string>>>;
}

/** Edges that read the project and write nothing: its lock, its secrets and its output stay out of the test. */
export class TestEdges {
  /** By name of the stack. */
  readonly outputs = new Map<string, MemoryOutput>();
  readonly secret: (reference: SecretReference) => string;
  private lock: StandInLock | undefined;

  constructor(
    private readonly app: App,
    private readonly options: TestEdgesOptions,
  ) {
    this.secret = standInSecrets(options.secrets);
  }

  /** Ids of the identities that another certificate stands for. */
  get standIns(): readonly string[] {
    return this.lock?.standIns ?? [];
  }

  get edges(): SynthEdges {
    const { project, now, secrets } = this.options;
    return {
      // No variable of the machine says anything here: a test is the same on each.
      environment: (stack) => ({ ...synthEnvironment(stack, {}), frozen: false, lockSigners: [] }),
      now: () => now,
      output: ({ node }, { name }) => {
        const known = this.outputs.get(node.id);
        const workingDirectory = workingDirectoryOf(outputDirectoryOf(project, name), node.id);
        const output = known ?? new MemoryOutput(workingDirectory);
        this.outputs.set(node.id, output);
        return output;
      },
      lock: (environment) => {
        const readFile = fileReader(environment.projectDirectory);
        const randomBytes = seededBytes("lock", environment.name);
        const makerOf = (id: string) => seededIdentity(environment.name, id);
        const plan = planOfAll(collectStacks(this.app, environment).map((stack) => stack.plan));
        const knows = (reference: SecretReference) => secrets[reference] !== undefined;
        this.lock = new StandInLock({ plan, now, makerOf, randomBytes, readFile, knows });
        return { session: this.lock, secret: this.secret, readFile, randomBytes, makerOf };
      },
    };
  }
}
