import { KNOWN_PASSWORDS } from "../check";
import { detectFormat, macIterations, readStore, type Store, StoreError } from "../keystore";
import type { SecretReference } from "../model";
import type { StorePassword } from "./inventory";

/** A password that was given, and for which file; for all where none is named. */
export interface GivenPassword {
  readonly path?: string;
  readonly reference: SecretReference;
  readonly value: string;
}

/** A store that was opened, as far as that went. */
export interface OpenedStore {
  readonly store: Store;
  readonly password: StorePassword;
  /** What it was opened with; null where nothing opens it, or it needs none. */
  readonly value: string | null;
}

/**
 * Opens a store with the passwords given for it, those given for all, and those that products ship with. Where none
 * does, what is visible without one is read.
 *
 * @throws StoreError where it is damaged or not supported; `wrong-password` where nothing is visible
 */
export function openWithAny(bytes: Uint8Array, path: string, given: readonly GivenPassword[]): OpenedStore {
  const iterations = detectFormat(bytes) === "pkcs12" ? macIterations(bytes) : undefined;
  const open = iterations === 0 ? opened(bytes, null) : undefined;
  if (open !== undefined) return { store: open, password: { kind: "none" }, value: null };
  const named = given.filter((one) => one.path === path);
  const general = given.filter((one) => one.path === undefined);
  for (const { reference, value } of [...named, ...general]) {
    const store = opened(bytes, value);
    if (store !== undefined) return { store, password: { kind: "reference", reference }, value };
  }
  for (const value of likelyPasswords(iterations)) {
    const store = opened(bytes, value);
    if (store !== undefined) return { store, password: { kind: "default" }, value };
  }
  const store = readStore(bytes, null);
  return { store, password: { kind: store.integrity === "verified" ? "none" : "unknown" }, value: null };
}

/** Iterations that are spent on guesses, about a second; and how many passwords are tried however dear they are. */
const GUESSED_ITERATIONS = 1_000_000;
const LEAST_GUESSES = 4;

/** @param iterations that a try costs */
function likelyPasswords(iterations = 1): readonly string[] {
  const affordable = Math.floor(GUESSED_ITERATIONS / Math.max(iterations, 1));
  return KNOWN_PASSWORDS.slice(0, Math.max(LEAST_GUESSES, affordable));
}

/** Undefined where the password is wrong. */
function opened(bytes: Uint8Array, password: string | null): Store | undefined {
  try {
    return readStore(bytes, password);
  } catch (error) {
    if (error instanceof StoreError && error.code === "wrong-password") return undefined;
    throw error;
  }
}
