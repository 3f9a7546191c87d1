import { TRUST_PLAN_FORMAT_VERSION, TrustError } from "../../model";

/** A deploy that could not do its work. */
export class DeployError extends TrustError {}

export function terraformMissing(): DeployError {
  return new DeployError(
    "terraform-missing",
    "Terraform is not on the PATH: install 1.11 or later from https://developer.hashicorp.com/terraform/install and run the command again.",
  );
}

export function terraformTooOld(found: string): DeployError {
  return new DeployError(
    "terraform-too-old",
    `Terraform ${found} is too old: install 1.11 or later from https://developer.hashicorp.com/terraform/install and run the command again.`,
  );
}

export function noProject(directory: string): DeployError {
  return new DeployError(
    "no-project",
    `no cdktf.json with an "app" in ${directory} or above it: run the command inside a project.`,
  );
}

export function appFailed(command: string, output: string): DeployError {
  return new DeployError("app-failed", `synth failed (${command}):\n${output.trim()}`);
}

export function terraformFailed(stack: string, step: string, output: string): DeployError {
  return new DeployError(
    "terraform-failed",
    `terraform ${step} failed for stack ${stack}; what it had done is in the state, and the next deploy goes on from there:\n${output.trim()}`,
  );
}

export function unknownStack(name: string, known: readonly string[]): DeployError {
  return new DeployError("unknown-stack", `there is no stack "${name}"; there are: ${known.join(", ")}.`);
}

export function notSynthesised(outputDirectory: string): DeployError {
  return new DeployError(
    "not-synthesised",
    `there is nothing to verify in ${outputDirectory}: run cdktf-trust deploy, or cdktf-trust synth where the hosts are deployed already.`,
  );
}

export function otherEnvironment(stack: string, written: string, wanted: string): DeployError {
  return new DeployError(
    "other-environment",
    `stack ${stack} was last synthesised for the environment ${written}, not for ${wanted}: run cdktf-trust synth --environment ${wanted} first.`,
  );
}

export function unknownPlanVersion(file: string, version: unknown): DeployError {
  return new DeployError(
    "unknown-plan-version",
    `${file} has format version ${String(version)}, this version reads ${TRUST_PLAN_FORMAT_VERSION}: synthesise again with the version that deploys.`,
  );
}

export function approvalNeeded(): DeployError {
  return new DeployError(
    "approval-needed",
    "there are changes and nobody at a terminal to approve them: run cdktf-trust plan to see them, and add --auto-approve to make them.",
  );
}
