import { LOCAL_ENVIRONMENT, TRUST_PLAN_FORMAT_VERSION, TrustError } from "../model";
import { closest } from "../model/closest";
import { systemCode } from "../model/systemCode";

/** A file of the project, or of its output, that cannot be used. */
export class ProjectError extends TrustError {}

export function noProject(directory: string): ProjectError {
  return new ProjectError(
    "no-project",
    `no cdktf.json with an "app" in ${directory} or above it: run the command inside a project.`,
  );
}

export function unreadableFile(file: string, cause: unknown, remedy: string): ProjectError {
  const reason = systemCode(cause) ?? "unknown";
  return new ProjectError("unreadable-file", `${file} cannot be read (${reason}): ${remedy}.`, { cause });
}

export function damagedFile(file: string, place: string, problem: string, remedy: string): ProjectError {
  const where = place === "" ? "" : ` at ${shortened(place)}`;
  return new ProjectError("damaged-file", `${file} is damaged${where}: ${problem}. What to do: ${remedy}.`);
}

export function impossibleEnvironment(name: unknown): ProjectError {
  return new ProjectError(
    "unknown-environment",
    `the environment is ${shortened(JSON.stringify(name) ?? "nothing")}: give a name of letters, digits and hyphens, ` +
      `as "environment" in the context of cdktf.json or with --environment.`,
  );
}

export function undeclaredEnvironment(name: string, declared: readonly string[]): ProjectError {
  const known =
    declared.length === 0
      ? "no environment but local"
      : `${declared.join(", ")}, and local needs no declaration`;
  const meant = closest(name, [...declared, LOCAL_ENVIRONMENT]);
  return new ProjectError(
    "undeclared-environment",
    `the environment "${name}" is not declared; cdktf.json declares ${known}. ` +
      `${meant === undefined ? "If it is meant, add it" : `Is "${meant}" meant? Otherwise add "${name}"`} to "environments" in the "context" of cdktf.json:\n` +
      `  "environments": {\n    "${name}": {}`,
  );
}

export function formerStateOfNone(file: string, stack: string, environment: string): ProjectError {
  return new ProjectError(
    "former-state",
    `${file} is the state of ${stack} from before environments had states of their own, and nothing says of which ` +
      `environment it is. If it is of "${environment}", run the command again with --adopt-state; if it is of another, ` +
      `do that with --environment for the other first; if it is of none, delete it.`,
  );
}

export function formerStateOfAnother(file: string, written: string, wanted: string): ProjectError {
  return new ProjectError(
    "former-state",
    `${file} is the state of the environment "${written}", as the plan beside it says, and not of "${wanted}": run ` +
      `the command with --environment ${written}, which moves it, or without --adopt-state, which leaves it.`,
  );
}

export function stateIsThereTwice(former: string, wanted: string): ProjectError {
  return new ProjectError(
    "former-state",
    `${former} would be moved to ${wanted}, and another state is there already: compare the two with ` +
      `terraform state list -state=FILE, keep the one that describes the hosts under the second name and delete the other.`,
  );
}

export function stateIsLocked(former: string, lock: string): ProjectError {
  return new ProjectError(
    "former-state",
    `${former} is in use, as ${lock} says: wait until that Terraform has ended, or delete the lock where it died.`,
  );
}

export function notSynthesised(outputDirectory: string): ProjectError {
  return new ProjectError(
    "not-synthesised",
    `there is nothing in ${outputDirectory} yet: run cdktf-trust deploy, or cdktf-trust synth where the hosts are deployed already.`,
  );
}

export function unknownPlanVersion(file: string, version: unknown): ProjectError {
  return new ProjectError(
    "unknown-plan-version",
    `${file} has format version ${shortened(String(version))}, this version reads ${TRUST_PLAN_FORMAT_VERSION}: synthesise again with the version that deploys.`,
  );
}

function shortened(value: string): string {
  return value.length > 200 ? `${value.slice(0, 200)}…` : value;
}
