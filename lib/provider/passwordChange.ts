import { type KeyPasswords, readStore, rekeyWhatOpens, type Store, StoreError } from "../keystore";
import { type PasswordChange, providerConfiguration } from "./configuration";
import { neitherOpens } from "./errors";
import { type Secret, secretIfAtHand } from "./secrets";

/** A store as it was opened. */
export interface OpenedStore {
  readonly store: Store;
  /** Whether the file is still under the former password, so that the next write puts it under the new one. */
  readonly isUnderFormer: boolean;
}

/** The other password that a declared store gets; undefined where it keeps the one that it has. */
export function passwordChangeOf(host: string, path: string): PasswordChange | undefined {
  return providerConfiguration().passwordChanges.find(
    (change) => change.host === host && change.path === path,
  );
}

/** The password that a store is to be under: the new one also for a row that still names the former. */
export function passwordToBe(password: Secret, change: PasswordChange | undefined): Secret {
  if (change === undefined || password.reference !== change.from) return password;
  return secretIfAtHand(change.to) ?? password;
}

/**
 * Opens a store with the password it is to be under, or the one that it was under, which is asked for only then; its keys
 * are open in that case, those with a password of their own aside.
 *
 * @throws StoreError `wrong-password` naming both references where neither opens it
 */
export function openWithEither(
  path: string,
  bytes: Uint8Array,
  password: Secret,
  change: PasswordChange | undefined,
): OpenedStore {
  try {
    return { store: readStore(bytes, password.value), isUnderFormer: false };
  } catch (error) {
    if (change === undefined || password.reference !== change.to || !isWrongPassword(error)) throw error;
    const former = secretIfAtHand(change.from);
    const store = former === undefined ? undefined : openedWith(bytes, { store: former.value });
    if (store === undefined) throw neitherOpens(path, change, former !== undefined);
    return { store, isUnderFormer: true };
  }
}

function openedWith(
  bytes: Uint8Array,
  passwords: KeyPasswords & { readonly store: string },
): Store | undefined {
  try {
    return rekeyWhatOpens(readStore(bytes, passwords.store), passwords);
  } catch (error) {
    if (isWrongPassword(error)) return undefined;
    throw error;
  }
}

function isWrongPassword(error: unknown): boolean {
  return error instanceof StoreError && error.code === "wrong-password";
}
