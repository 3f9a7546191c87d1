import { TrustError } from "../model";
import type { RuleId } from "./catalogue";

/** Which rule a key breaks that does not open: its password's, or another. */
export function ruleOfKeyError(error: unknown): RuleId {
  const isPassword = error instanceof TrustError && error.code === "wrong-password";
  return isPassword ? "key-password-differs" : "key-unreadable";
}
