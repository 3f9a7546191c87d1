import type { StoreProfile } from "../model";
import { StoreError } from "./errors";
import { detectFormat, type DetectedFormat } from "./format";
import { readJks, writeJks } from "./jks/jks";
import type { StoreReader } from "./openablePassword";
import { createPkcs12Store, readPkcs12, writePkcs12 } from "./pkcs12";
import type { Store } from "./store";

/**
 * Reads a store of any known format; keys stay sealed (`openKey` opens one).
 *
 * @param password `null` reads without a password: the integrity of JKS is then not checked, and PKCS12
 *   gives what it holds in the clear. The empty password is another one than none.
 * @throws StoreError `wrong-password`, `unknown-format`, `damaged`, `unsupported`, `too-costly`
 */
export function readStore(bytes: Uint8Array, password: string | null): Store {
  const format = detectFormat(bytes);
  if (format === "jks" || format === "jceks") return readJks(bytes, password);
  if (format === "pkcs12") return readPkcs12(bytes, password);
  throw notAStore(format, bytes.length);
}

/** For whom a store is written. */
export interface WriteOptions {
  /** What must open the store; it decides which passwords are possible. @default - every Java */
  readonly reader?: StoreReader;
}

/**
 * Writes a store in its own format. Deterministic: the same store and password give the same bytes. What
 * was read and not changed keeps its algorithms, iteration counts and encrypted keys.
 *
 * @throws StoreError `invalid` also for a password that the reader cannot take; `unsupported`
 */
export function writeStore(store: Store, password: string, { reader }: WriteOptions = {}): Buffer {
  return store.format === "pkcs12" ? writePkcs12(store, password, reader) : writeJks(store, password);
}

/** An empty store in one of the written profiles. */
export function createStore(profile: StoreProfile): Store {
  if (profile === "jks") return { format: "jks", profile, integrity: "unchecked", entries: [] };
  return createPkcs12Store(profile);
}

const NOT_STORES: Readonly<Partial<Record<DetectedFormat, string>>> = {
  bks: "a BKS store of Bouncy Castle; convert it to PKCS12 with keytool and Bouncy Castle's provider",
  uber: "an UBER store of Bouncy Castle; convert it to PKCS12 with keytool and Bouncy Castle's provider",
  bcfks: "a BCFKS store of Bouncy Castle; convert it to PKCS12 with keytool and Bouncy Castle's provider",
  pem: "a PEM file, not a store; import what it holds into one",
  certificate: "a certificate, not a store; import it into one",
  pkcs7: "a PKCS#7 bundle of certificates, not a store; import what it holds into one",
  "private-key": "a private key, not a store; import it with its certificates into one",
  "encrypted-private-key": "an encrypted private key, not a store; import it with its certificates into one",
};

function notAStore(format: DetectedFormat, length: number): StoreError {
  const name = NOT_STORES[format];
  if (name !== undefined) return new StoreError("unsupported", `this is ${name}`);
  if (length === 0)
    return new StoreError("unknown-format", "the file is empty; a JKS or PKCS12 store is expected");
  return new StoreError("unknown-format", "this is no store that is known; JKS, JCEKS and PKCS12 are read");
}
