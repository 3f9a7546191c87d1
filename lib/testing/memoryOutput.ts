import type { TrustPlan } from "../model";
import type { Artifact } from "../synth/artifacts/artifactFolder";
import type { StackOutput } from "../synth/stackOutput";

/** Keeps what a synth would write into the project. */
export class MemoryOutput implements StackOutput {
  artifacts: readonly Artifact[] = [];
  plan: TrustPlan | undefined;

  /** @param workingDirectory where it would be written; nothing is put there */
  constructor(readonly workingDirectory: string) {}

  writePlan(plan: TrustPlan): void {
    this.plan = plan;
  }

  writeArtifacts(artifacts: readonly Artifact[]): void {
    this.artifacts = artifacts;
  }

  writeVerdicts(): void {
    // A test asks the judgement itself.
  }

  writeRunbooks(): void {
    // Those of manual hosts are in their artifacts.
  }

  placeState(): void {
    // No state comes of a test.
  }

  installProvider(): void {
    // No Terraform starts it.
  }
}
