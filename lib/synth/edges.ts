import { randomBytes } from "node:crypto";
import { App, type TerraformStack } from "cdktf";
import { createSecretResolver } from "../hosts";
import { type FileReader, type IdentityMaker, LockSession, type RandomBytes, fileReader } from "../lock";
import type { SecretReference } from "../model";
import { type SynthEnvironment, synthEnvironment } from "./plan/environment";
import { projectOutput } from "./projectOutput";
import type { StackOutput } from "./stackOutput";

/** What synth reads and writes besides the stacks' code. A test hands it others, so that it touches no project. */
export interface SynthEdges {
  /** What the command, the variables and `cdktf.json` say. */
  readonly environment: (stack: TerraformStack) => SynthEnvironment;
  readonly now: () => Date;
  /** Called once an app. */
  readonly lock: (environment: SynthEnvironment) => LockEdges;
  readonly output: (stack: TerraformStack, environment: SynthEnvironment) => StackOutput;
}

/** Where identities are kept, and what new ones are made from. */
export interface LockEdges {
  readonly session: Pick<LockSession, "path" | "lock" | "isSigned" | "open" | "save">;
  readonly secret: (reference: SecretReference) => string;
  readonly readFile: FileReader;
  readonly randomBytes: RandomBytes;
  /** @default - the system's keys, and `randomBytes` */
  readonly makerOf?: (identityId: string) => IdentityMaker;
}

const edgesByApp = new WeakMap<App, SynthEdges>();

/** Gives an app other edges than the project's, before it is synthesised. */
export function setEdges(app: App, edges: SynthEdges): void {
  edgesByApp.set(app, edges);
}

export function edgesOf(app: App): SynthEdges {
  return edgesByApp.get(app) ?? PROJECT_EDGES;
}

/** The project on this machine, its lock and its secrets. */
const PROJECT_EDGES: SynthEdges = {
  environment: (stack) => synthEnvironment(stack),
  now: () => new Date(),
  output: (stack, environment) => projectOutput(App.of(stack), environment, stack.node.id),
  lock: ({ projectDirectory, project, name, lockKey, lockSigners }) => {
    const secret = createSecretResolver({ workingDirectory: projectDirectory });
    const session = new LockSession({
      projectDirectory,
      project,
      environment: name,
      ...(lockKey === undefined ? {} : { key: lockKey }),
      signers: lockSigners,
      resolveSecret: secret,
      randomBytes,
    });
    return { session, secret, readFile: fileReader(projectDirectory), randomBytes };
  },
};
