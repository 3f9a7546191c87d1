import { TrustError } from "../../model";

/** An activation that did not come to its end. */
export class ActivationError extends TrustError {
  declare readonly code: ActivationErrorCode;
}

export type ActivationErrorCode = "activation-failed" | "activation-interrupted";

/** Terraform was told to stop. */
export function interrupted(name: string): ActivationError {
  return new ActivationError(
    "activation-interrupted",
    `the activation "${name}" was interrupted, and nothing was rolled back. It is still owed: the next apply runs all its ` +
      "steps again.",
  );
}
