import type { EnvironmentVerdicts, TrustPlan } from "../model";
import type { Artifact } from "./artifacts/artifactFolder";
import type { WrittenRunbook } from "./artifacts/runbookFile";

/** Where what is made of one stack goes. */
export interface StackOutput {
  /** Terraform's working directory, which relative paths in the stack's Terraform JSON start at. */
  readonly workingDirectory: string;
  /** Makes room for a state that is a file of the environment. */
  placeState(): void;
  /** What was found of the whole environment, and its map: written once, by the stack that comes first. */
  writeVerdicts(verdicts: EnvironmentVerdicts): void;
  writePlan(plan: TrustPlan): void;
  writeRunbooks(runbooks: readonly WrittenRunbook[]): void;
  writeArtifacts(artifacts: readonly Artifact[]): void;
  installProvider(): void;
}
