import { type ActivationRecord, type OwnershipRecord, STORE_PASSWORD_KEY } from "../../hosts";
import type { PasswordChange } from "../configuration";
import { type Secret, secretIfAtHand } from "../secrets";
import { REASONS, type RolledBack, thingOfKey } from "./rolledBack";

/** What becomes of the password of a store. */
interface PasswordRollBack {
  readonly result: Omit<RolledBack, "path">;
  /** The one that the store is put under again; undefined where it keeps the one that it has. */
  readonly former?: Secret;
}

/**
 * Whether a store goes back under its former password: where it was put under another one since this activation was proven,
 * and no other product was seen to read it so since. Undefined where it was not. The reference is the declared one:
 * what a record says is not followed.
 */
export function rollBackPassword(
  { activations = {} }: OwnershipRecord,
  known: ActivationRecord,
  change: PasswordChange | undefined,
): PasswordRollBack | undefined {
  if (change === undefined || !known.unproven.includes(STORE_PASSWORD_KEY)) return undefined;
  const thing = thingOfKey(STORE_PASSWORD_KEY);
  const left = (reason: string): PasswordRollBack => ({ result: { thing, outcome: "left", reason } });
  const isReadByOthers = Object.values(activations).some(
    ({ at, unproven }) => at !== undefined && !unproven.includes(STORE_PASSWORD_KEY),
  );
  if (isReadByOthers) return left(REASONS.readByOthers);
  const former = secretIfAtHand(change.from);
  if (former === undefined) return left(REASONS.formerPassword);
  return { result: { thing, outcome: "restored", password: former.reference }, former };
}
