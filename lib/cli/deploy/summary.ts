import { TrustError } from "../../model";
import type { AppliedStack } from "./deploy";
import { type FailedStack, type PassesEnded, type StackNotBegun, passName } from "./passes";
import type { PassKind } from "./stages";
import type { UnreachedHost } from "./unreached";

/** What a run over several stacks came to, besides what went well. */
export type Shortfall = Pick<PassesEnded<unknown>, "failed" | "notBegun">;

/** Whether a stack failed, or was not begun because another did. */
export function fellShort({ failed, notBegun }: Shortfall): boolean {
  return failed.length > 0 || notBegun.length > 0;
}

/** How many stacks were changed; one whose anchors came first counts once. */
export function changedCount(
  stacks: readonly { readonly name: string }[],
  applied: readonly AppliedStack[],
): number {
  const changed = new Set(applied.filter((each) => each.applied).map(({ stack }) => stack));
  const passes: readonly PassKind[] = ["trust-first", "deploy"];
  return stacks.filter((stack) => passes.some((kind) => changed.has(passName({ stack, kind })))).length;
}

/** The stacks that all went well for. */
export function withoutShortfall<S extends { readonly name: string }>(
  stacks: readonly S[],
  { failed, notBegun }: Shortfall,
): S[] {
  const short = new Set([...failed, ...notBegun].map(({ stack }) => stack));
  return stacks.filter(({ name }) => !short.has(name));
}

/** What follows a command's total: which stacks failed, which were not begun, and which machines were not reached. */
export function shortfallText(
  { failed, notBegun }: Shortfall,
  unreached: readonly UnreachedHost[],
  notApplied = "not begun",
): string {
  const parts = [
    ["failed", failed.map(({ stack }) => stack)],
    [notApplied, notBegun.map(becauseText)],
    ["not reached", unreached.map(({ host, stacks }) => `${host} (${stacks.join(", ")})`)],
  ] as const;
  return parts.map(([what, names]) => (names.length === 0 ? "" : `; ${what}: ${names.join(", ")}`)).join("");
}

/** The same for tools; absent where all went well. */
export function shortfallJson({ failed, notBegun }: Shortfall, unreached: readonly UnreachedHost[]): object {
  return {
    ...(failed.length === 0 ? {} : { failed: failed.map(failureJson) }),
    ...(notBegun.length === 0 ? {} : { notBegun }),
    ...(unreached.length === 0 ? {} : { unreached }),
  };
}

function becauseText({ stack, because }: StackNotBegun): string {
  return because === undefined ? stack : `${stack} (because ${because} failed)`;
}

function failureJson({ stack, error }: FailedStack): object {
  const message = error instanceof Error ? error.message : String(error);
  return { stack, code: error instanceof TrustError ? error.code : "unexpected", message };
}
