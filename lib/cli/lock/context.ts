import { relative } from "node:path";
import { type SecretResolver, createSecretResolver } from "../../hosts";
import { LockSession } from "../../lock";
import type { Policy, TrustPlan } from "../../model";
import { type Project, environmentOf, readProject } from "../../project";
import { OPTION_VARIABLES, lockSettings } from "../../synth/plan/environment";
import { readDeclared } from "../deploy/readDeclared";
import type { CliIo } from "../io";
import type { LockFlags } from "./options";

/** What all that works on a lock needs. */
export interface LockContext {
  readonly project: Project;
  readonly environment: string;
  /** What the environment allows of its identities. @default - what each of them declares */
  readonly policy?: Policy;
  readonly session: LockSession;
  readonly resolveSecret: SecretResolver;
  /** Path of the lock, as people name it. */
  readonly shownPath: string;
}

/** @throws LockError where there is a lock that cannot be read */
export function lockContext(io: CliIo, flags: Pick<LockFlags, "environment" | "key">): LockContext {
  const project = readProject(io.workingDirectory);
  const declared = environmentOf((member) => project.context[member], flags.environment);
  const environment = declared.name;
  const settings = lockSettings(declared, io.environment);
  const key = flags.key ?? settings.lockKey;
  const resolveSecret = createSecretResolver({
    environment: io.environment,
    workingDirectory: project.directory,
  });
  const session = new LockSession({
    projectDirectory: project.directory,
    project: project.name,
    environment,
    ...(key === undefined ? {} : { key }),
    signers: settings.lockSigners,
    resolveSecret,
    randomBytes: io.randomBytes,
  });
  return {
    project,
    environment,
    ...(declared.policy === undefined ? {} : { policy: declared.policy }),
    session,
    resolveSecret,
    shownPath: relative(io.workingDirectory, session.path),
  };
}

/** What the stacks of the environment declare. */
export async function declaredPlans(
  io: CliIo,
  { project, environment }: Pick<LockContext, "project" | "environment">,
  { json }: Pick<LockFlags, "json">,
): Promise<TrustPlan[]> {
  const variables = { [OPTION_VARIABLES.planOnly]: "1" };
  return await readDeclared(io, { project, environment, json, variables }, ({ stacks }) =>
    stacks.map(({ plan }) => plan),
  );
}
