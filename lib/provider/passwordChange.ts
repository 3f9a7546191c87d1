import { type OpenedStore, readStore, readWithEither, rekeyWhatOpens, StoreError } from "../keystore";
import { type PasswordChange, providerConfiguration } from "./configuration";
import { neitherOpens } from "./errors";
import { type Secret, secretIfAtHand } from "./secrets";
import type { StoreDraft } from "./storeDraft";

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
 * Opens a store with the password it is to be under, or the one that it was under, as `readWithEither` does.
 *
 * @throws StoreError `wrong-password` naming both references where neither opens it
 */
export function openWithEither(
  path: string,
  bytes: Uint8Array,
  password: Secret,
  change: PasswordChange | undefined,
): OpenedStore {
  if (change === undefined || password.reference !== change.to)
    return { store: readStore(bytes, password.value), isUnderFormer: false };
  let former: string | undefined;
  try {
    return readWithEither(bytes, password.value, () => (former = secretIfAtHand(change.from)?.value));
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "wrong-password") throw error;
    throw neitherOpens(path, change, former !== undefined);
  }
}

/**
 * The draft with its keys open, those with a password of their own aside, so that it can be written under another password
 * than the one it was read with.
 */
export function withOpenKeys(draft: StoreDraft, { value }: Secret): StoreDraft {
  const { store, kept } = draft;
  return {
    ...draft,
    ...(store === undefined ? {} : { store: rekeyWhatOpens(store, { store: value }) }),
    ...(kept === undefined ? {} : { kept: rekeyWhatOpens(kept, { store: value }) }),
  };
}
