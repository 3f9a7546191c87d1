import { TrustError, placeOf } from "../../model";
import { closest } from "../../model/closest";
import type { RotationPlace } from "../../rotation";

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

/** Identities that changed in steps are to be served before what announces them was deployed. */
export function phasesSkipped(places: readonly RotationPlace[]): DeployError {
  const ids = [...new Set(places.map(({ identityId }) => identityId))];
  const where = places.map(
    ({ identityId, hostId, path, generation }) =>
      `  ${placeOf(hostId, path)} does not trust generation ${generation} of ${identityId} yet`,
  );
  return new DeployError(
    "phase-skipped",
    `this deploy would skip a step of a rotation, and nothing was changed:\n${where.join("\n")}\n` +
      "Deploy the commit of the lock that announces it first, in all stacks, and go on from there; or take the last step " +
      `back with ${ids.map((id) => `cdktf-trust rotate ${id} --back`).join(", ")}, and deploy that.`,
  );
}

/**
 * @param output the app's own words
 * @param line of the project's code that it came from
 */
export function appFailed(command: string, output: string, line?: string): DeployError {
  const missing = /Cannot find (?:module|package) '((?:@[^'/]+\/)?[^'./][^'/]*)/.exec(output)?.[1];
  const remedy =
    missing === undefined
      ? ""
      : `\n${missing} is not installed in this project: run npm install, or npm install ${missing} where package.json does not name it yet.`;
  const where = line === undefined ? "" : `\n  at ${line}`;
  return new DeployError("app-failed", `synth failed (${command}):\n${output.trim()}${where}${remedy}`);
}

export function nothingSynthesised(command: string, outputDirectory: string): DeployError {
  return new DeployError(
    "nothing-synthesised",
    `the app (${command}) ended well and wrote no stacks to ${outputDirectory}: call app.synth() as the last thing ` +
      'that it does. If it does that, take "outdir" out of new App({ outdir }). What an earlier run wrote is not used.',
  );
}

export function terraformFailed(stack: string, step: string, output: string): DeployError {
  return new DeployError(
    "terraform-failed",
    `terraform ${step} failed for stack ${stack}; what it had done is in the state, and the next deploy goes on from there:\n${output.trim()}`,
  );
}

export function stateFailed(stack: string, step: string, output: string): DeployError {
  return new DeployError(
    "terraform-failed",
    `terraform state ${step} failed for stack ${stack}, and its state is as it was; the command can be run again:\n${output.trim()}`,
  );
}

export function unknownStack(name: string, known: readonly string[]): DeployError {
  const meant = closest(name, known);
  const rest = meant === undefined ? "there are: " : `is "${meant}" meant? There are: `;
  return new DeployError("unknown-stack", `there is no stack "${name}"; ${rest}${known.join(", ")}.`);
}

export function noStacks(): DeployError {
  return new DeployError("no-stacks", "the app has no TrustStack, so there is nothing to prove.");
}

export function plainStack(name: string): DeployError {
  return new DeployError(
    "plain-stack",
    `"${name}" is no TrustStack, so it is left alone here: deploy it with cdktf deploy ${name}.`,
  );
}

export function otherEnvironment(stack: string, written: string, wanted: string): DeployError {
  return new DeployError(
    "other-environment",
    `stack ${stack} was last synthesised for the environment ${written}, not for ${wanted}: run cdktf-trust synth --environment ${wanted} first.`,
  );
}

export function otherProject(stack: string, written: string, wanted: string): DeployError {
  return new DeployError(
    "other-project",
    `stack ${stack} was synthesised by the project ${written}, not by ${wanted}: delete the output directory and synthesise again.`,
  );
}

export function approvalNeeded(): DeployError {
  return new DeployError(
    "approval-needed",
    "there are changes and nobody at a terminal to approve them: run cdktf-trust plan to see them, and add --auto-approve to make them.",
  );
}

export function interrupted(): DeployError {
  return new DeployError(
    "interrupted",
    "the command was interrupted: what had begun was brought to its end, nothing more was begun, and the state has all that was done. Run it again to go on from there.",
  );
}

/** @param holder who holds it, or how to find out, and the way out where that run is dead */
export function stateLocked(stack: string, holder: string): DeployError {
  return new DeployError(
    "state-locked",
    `another run holds the state of stack ${stack}, so this one changed nothing there. Run it again once that one has ended.\n${holder}`,
  );
}

export function planIsStale(stack: string): DeployError {
  return new DeployError(
    "plan-stale",
    `another run deployed stack ${stack} after this one had planned it, so this one changed nothing there. Run it again: it plans anew.`,
  );
}

/** @param others changes that are more than taking over what is there */
export function notAdoptable(
  stack: string,
  others: readonly {
    readonly change: string;
    readonly kind: string;
    readonly place?: string;
    readonly address: string;
  }[],
): DeployError {
  const [first] = others;
  const named = first === undefined ? "" : `${first.place ?? first.address} (${first.kind}, ${first.change})`;
  const more = others.length > 1 ? ` and ${others.length - 1} more` : "";
  return new DeployError(
    "not-adoptable",
    `${stack}: more is to be done than taking over what is there: ${named}${more}. Look at it with cdktf-trust plan, and ` +
      "let cdktf-trust deploy do it; commands of afterDeploy are added after the import. Nothing was changed.",
  );
}
