import type { IConstruct } from "constructs";

/** By symbol, not by class: the class is above this folder, and several copies of the package may be loaded. */
const MARK = Symbol.for("cdktf-trust/TrustStack");

/** Marks a stack as one whose declarations are collected at synth. */
export function markTrustStack(stack: IConstruct): void {
  Object.defineProperty(stack, MARK, { value: true });
}

export function isTrustStack(construct: IConstruct): boolean {
  return MARK in construct;
}

/** The trust stack that a construct is in; undefined where nobody collects what it declares. */
export function trustStackOf(construct: IConstruct): IConstruct | undefined {
  return construct.node.scopes.find(isTrustStack);
}
