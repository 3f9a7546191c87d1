import { TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { invalidKey } from "./errors";

const stated = new WeakMap<IConstruct, string>();

/**
 * States the key of a construct below its stack, whatever its path: so that what is composed differently tomorrow
 * keeps its names in lock, plan and Terraform.
 *
 * @throws DeclarationError `invalid-key`
 */
export function stateKey(construct: IConstruct, key: string | undefined): void {
  if (key === undefined) return;
  if (!/^[^/\p{Cc}]+(\/[^/\p{Cc}]+)*$/u.test(key)) throw invalidKey(construct.node.path, key);
  stated.set(construct, key);
}

/** A construct's key below its stack: the one that is stated for it, otherwise its parent's and its own id. */
export function keyOf(construct: IConstruct): string {
  const key = stated.get(construct);
  if (key !== undefined) return key;
  const { scope, id } = construct.node;
  if (scope === undefined || TerraformStack.isStack(construct)) return "";
  return join(keyOf(scope), id);
}

/** A construct's id in the plan, `<stack>/<key>`. */
export function planIdOf(construct: IConstruct): string {
  return planIdFor(construct, keyOf(construct));
}

/** The id that a key has in the plan of a construct's stack. */
export function planIdFor(scope: IConstruct, key: string): string {
  return join(rootOf(scope).node.path, key);
}

/** The stack of a construct; the root of the tree where there is none. */
export function rootOf(construct: IConstruct): IConstruct {
  const { scope } = construct.node;
  return scope === undefined || TerraformStack.isStack(construct) ? construct : rootOf(scope);
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join("/");
}
