import { TrustError } from "../../model";
import type { Rename } from "./rename";

/** A rename that cannot be carried to the lock and the state; nothing was changed where one is thrown. */
export class MoveError extends TrustError {}

export function oldIsStillDeclared({ from, to }: Rename, still: string): MoveError {
  return new MoveError(
    "old-declared",
    `"${still}" is still declared: rename ${from} to ${to} in the code first, then run this again. Nothing was changed.`,
  );
}

export function newIsNotDeclared({ to }: Rename, declared: readonly string[]): MoveError {
  const [word = to] = to.split("/").slice(-1);
  const near = declared.filter((id) => id.split("/").includes(word));
  const hint = near.length === 0 ? "" : `; declared are: ${near.slice(0, 10).join(", ")}`;
  return new MoveError(
    "new-not-declared",
    `nothing is declared as "${to}": give the id that trust-plan.json shows after the rename${hint}. Nothing was changed.`,
  );
}

export function newIsInLock({ from, to }: Rename, ids: readonly string[], lock: string): MoveError {
  return new MoveError(
    "new-in-lock",
    `${lock} holds ${ids.map((id) => `"${id}"`).join(", ")} already, with a certificate of its own: the stacks were ` +
      `synthesised or the lock was brought up to date after the code had been renamed. Restore the lock from version ` +
      `control; where it is in none, call it ${from} in the code again, run cdktf-trust lock, which drops what is not ` +
      `declared, and then rename it and run cdktf-trust mv ${from} ${to} before anything else. Nothing was changed.`,
  );
}

export function newIsInState(stack: string, addresses: readonly string[]): MoveError {
  return new MoveError(
    "new-in-state",
    `the state of ${stack} holds ${addresses.join(", ")} already, as something else: it was deployed under the new ` +
      "name before the old one was moved. Let go of one of them with terraform state rm, and plan. Nothing was changed.",
  );
}

export function noOutputOf(stack: string, folder: string, environment: string): MoveError {
  return new MoveError(
    "no-output",
    `${folder} is not there, and it says where the state of ${stack} is: check out the commit before the rename, run ` +
      `cdktf-trust synth --no-artifacts --environment ${environment}, come back and run this again. Nothing was changed.`,
  );
}
