import { TrustError } from "../model";

/** A test that asks for what cannot be. */
export class TestingError extends TrustError {}

export function noTrustStack(): TestingError {
  return new TestingError(
    "no-trust-stack",
    "no TrustStack was declared in the app that the test was given: declare them with that app as their scope, " +
      'synthesiseForTest((app) => { new ShopStack(app, "shop"); }), and in no App of their own.',
  );
}

export function declaredLater(): TestingError {
  return new TestingError(
    "declared-later",
    "the stacks are declared by a function that gives a promise, so that they may be declared too late: await what " +
      "they need before, and declare them in a function that is not async.",
  );
}

export function otherCopy(stack: string): TestingError {
  return new TestingError(
    "other-copy",
    `${stack} is a TrustStack of another copy of this package: import synthesiseForTest from where the stack imports ` +
      "TrustStack, cdktf-trust or cdktf-trust/cdktn, and reset no modules between the two.",
  );
}

/** @param what a stack, a store, a file or a runbook, as people say it */
export function notThere(what: string, known: readonly string[]): TestingError {
  const there = known.length === 0 ? "there is none" : `there are: ${known.join(", ")}`;
  return new TestingError("not-there", `nothing that was synthesised is ${what}; ${there}.`);
}
