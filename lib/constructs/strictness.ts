import { type PropShapes, flag, optional, text } from "./props";
import { missingReason, needlessReason, nothingCalled } from "./errors";

/** How a call is judged: as strictly as the rules are, or no stricter than its peers, for a reason. */
export type Strictness =
  | {
      /**
       * Whether the verdict may be stricter than the peers, where the rules are so on purpose.
       * What a peer refuses is refused either way.
       *
       * @default true
       */
      readonly strict?: true;
      readonly reason?: never;
    }
  | {
      readonly strict: false;
      /**
       * Why; it is in the plan, and stands beside the verdict.
       *
       * @default - none: it goes with `strict: false` alone
       */
      readonly reason: string;
    };

export const strictnessShapes: PropShapes<Strictness> = { strict: optional(flag), reason: optional(text) };

/** What says something, in whatever script. */
const TELLING = /[\p{L}\p{N}]/u;

/**
 * Why a call passes where the rules alone refuse it; nothing where they decide.
 *
 * @throws DeclarationError `missing-reason`, `needless-reason`
 */
export function letPass(
  constructPath: string,
  { strict, reason }: Strictness,
): { readonly letPassBecause?: string } {
  if (strict !== false) {
    if (reason !== undefined) throw needlessReason(constructPath);
    return {};
  }
  if (typeof reason !== "string" || !TELLING.test(reason)) throw missingReason(constructPath);
  return { letPassBecause: reason.trim() };
}

/**
 * Where no call is made of a declaration.
 *
 * @throws DeclarationError `nothing-called`
 */
export function requireStrict(constructPath: string, { strict }: Strictness): void {
  if (strict === false) throw nothingCalled(constructPath);
}

/** What a declaration says of strictness, for the call that is made of it. */
export function strictnessOf({ strict, reason }: Strictness): Strictness {
  if (strict === false) return { strict, reason };
  return reason === undefined ? {} : { reason };
}
