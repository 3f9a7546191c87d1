import { join } from "node:path";
import { LOCAL_ENVIRONMENT } from "../model";
import type { Project } from "./project";

/** Where an environment's stacks are synthesised, in CDKTF's own layout. */
export function outputDirectoryOf(project: Pick<Project, "outputDirectory">, environment: string): string {
  return join(project.outputDirectory, environment);
}

/** Where a stack's state is kept unless it declares a backend, relative to the project's root. */
export function statePath(environment: string, stack: string): string {
  const file = `${stack}.tfstate`;
  return environment === LOCAL_ENVIRONMENT ? join(".local", "state", file) : join("state", environment, file);
}

/** Where a stack's state was kept before environments had states of their own, relative to the project's root. */
export function formerStatePath(stack: string): string {
  return `terraform.${stack}.tfstate`;
}

/** Where a stack is in an output directory: Terraform's working directory. */
export function workingDirectoryOf(outputDirectory: string, stack: string): string {
  return join(outputDirectory, "stacks", stack);
}

/** The map that a synth writes of its environment, in an output directory. */
export function mapFile(outputDirectory: string): string {
  return join(outputDirectory, "trust-map.html");
}

/** What a synth found of its environment, in an output directory. */
export function verdictsFile(outputDirectory: string): string {
  return join(outputDirectory, "trust-verdicts.json");
}
