import type { IConstruct } from "constructs";
import type { Secret } from "../constructs";
import type { SecretReference } from "../model";
import { environmentVariable } from "../text";

/**
 * Name of the environment variable in which a system finds a password where it runs: the one that the reference
 * names, otherwise one made of its owner.
 */
export function passwordVariable(scope: IConstruct, password: Secret, owner: string): string {
  return variableOf(password.referenceIn(scope), owner);
}

/** The same for a reference. */
export function variableOf(reference: SecretReference, owner: string): string {
  const [kind, name] = splitReference(reference);
  if (kind === "env") return name;
  return environmentVariable(`${owner}_PASSWORD`);
}

function splitReference(reference: string): [kind: string, name: string] {
  const colon = reference.indexOf(":");
  return [reference.slice(0, colon), reference.slice(colon + 1)];
}
