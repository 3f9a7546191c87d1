import type { SecretReference } from "./secretReference";

/** What people do so that a product opens what gets another password. */
export interface PasswordStepPlan {
  /** `<stack>/<key>` of what opens it: a system, or the store itself. */
  readonly id: string;
  readonly hostId: string;
  /** For people: what opens it. */
  readonly label: string;
  /** The stores and key files on the host that get another password. */
  readonly paths: readonly string[];
  /** What they do, before it is started again; written as a step of a runbook. */
  readonly text: string;
}

/** A password that takes the place of another one, in words for a step. */
export interface PasswordReplacement {
  /** The files that it is for, as code. */
  readonly files: string;
  readonly from: SecretReference;
  readonly to: SecretReference;
}

/** The step of a product of which nobody has said where it keeps the password. */
export function generalPasswordStep(name: string, { files, from, to }: PasswordReplacement): string {
  return `Wherever ${name} has the password of ${files}, give it that of \`${to}\` in the place of that of \`${from}\`, before it is started again.`;
}
