import { type HostFiles, keptPath, readKept } from "../../hosts";
import {
  type KeyPasswords,
  readStore,
  rekeyWhatOpens,
  type Store,
  StoreError,
  writeStore,
} from "../../keystore";
import { inFile } from "./storeFile";

/** What became of the entries that were displaced from a store. */
export interface RekeyedKept {
  /** Path of the kept store. */
  readonly path: string;
  /** False where it opens with neither password, and was left as it is. */
  readonly opens: boolean;
}

/**
 * Puts what was displaced from a store under the store's new password, because a destroy opens both with one. Call it
 * under the store's exclusion and before the store itself is written: a run that is killed in between leaves a store
 * under the former password, so that the same command goes on from there, and finds this one done already.
 *
 * @param path of the store
 * @returns undefined where nothing is kept
 */
export async function rekeyKept(
  host: HostFiles,
  path: string,
  passwords: KeyPasswords & { readonly store: string },
  newPassword: string,
): Promise<RekeyedKept | undefined> {
  const file = await readKept(host, path);
  if (file === undefined) return undefined;
  const kept = await keptPath(host, path);
  if (opened(file.bytes, newPassword) !== undefined) return { path: kept, opens: true };
  const store = opened(file.bytes, passwords.store);
  if (store === undefined) return { path: kept, opens: false };
  const bytes = inFile(kept, () => {
    // A key that had a password of its own before it was displaced gets back into its place with that one.
    return writeStore(rekeyWhatOpens(store, passwords), newPassword, { reader: "cdktf-trust" });
  });
  await host.replaceFile(kept, bytes);
  return { path: kept, opens: true };
}

function opened(bytes: Uint8Array, password: string): Store | undefined {
  try {
    return readStore(bytes, password);
  } catch (error) {
    if (error instanceof StoreError) return undefined;
    throw error;
  }
}
