import {
  detectFormat,
  entryToReplace,
  invalidStore,
  namedEntry,
  openKey,
  readStore,
  setEntry,
  type IdentityEntry,
  type Store,
} from "../../keystore";
import type { SecretReference } from "../../model";
import { certificatesFromFile, orderChain, publicKeyMatches, readPrivateKey } from "../../pki";
import { UsageError } from "../errors";
import { type CliIo, type ExitCode, printWarnings } from "../io";
import { type GivenPassword, declaredReader, type ProfileOptions } from "./options";
import { orderedChain, warnOfDisorder } from "./orderedChain";
import { reportChange } from "./report";
import { readInput } from "../readInput";
import { changeStoreFile, inFile, targetStore, requiredSecret, secretOf } from "./storeFile";

export interface ImportIdentityOptions extends ProfileOptions {
  readonly alias?: string;
  readonly password?: GivenPassword;
  /** Of the key in the target; the store's where absent. */
  readonly keyPassword?: SecretReference;
  readonly keyFile?: string;
  readonly sourceAlias?: string;
  readonly sourcePassword?: SecretReference;
  readonly sourceKeyPassword?: SecretReference;
  readonly replace: boolean;
  readonly json: boolean;
}

/** Puts a key with its chain into a store, from a PKCS12, JKS or PEM file. */
export async function importIdentity(
  io: CliIo,
  file: string,
  source: string,
  options: ImportIdentityOptions,
): Promise<ExitCode> {
  const password = requiredSecret(io, options.password, "--password");
  const keyPassword = secretOf(io, options.keyPassword);
  const identity = readIdentity(io, source, options);
  const entry: IdentityEntry = {
    ...identity,
    key: {
      kind: "clear",
      pkcs8: identity.pkcs8,
      ...(keyPassword === null ? {} : { password: keyPassword }),
    },
  };
  let isSet = false;
  const passwords = { before: password, after: password, ...declaredReader(options) };
  const change = await changeStoreFile(io, file, passwords, (store) => {
    const target = targetStore(store, file, options);
    if (holdsAlready(target, entry, identity.pkcs8, keyPassword ?? password)) return target;
    if (entryToReplace(target, entry.alias) !== undefined && !options.replace) {
      throw invalidStore(`"${entry.alias}" is taken; choose another --alias, or --replace it`);
    }
    isSet = true;
    return setEntry(target, entry);
  });
  return reportChange(io, change, { set: isSet ? [entry.alias] : [] }, options.json);
}

interface SourceIdentity {
  readonly kind: "identity";
  readonly alias: string;
  readonly createdMs?: number;
  readonly pkcs8: Buffer;
  readonly chain: readonly Uint8Array[];
}

function readIdentity(io: CliIo, source: string, options: ImportIdentityOptions): SourceIdentity {
  const bytes = readInput(io, source);
  return inFile(source, () => {
    const format = detectFormat(bytes);
    return format === "pem" || format === "certificate" || format === "pkcs7"
      ? identityFromPem(io, bytes, options)
      : identityFromStore(io, bytes, options);
  });
}

function identityFromStore(io: CliIo, bytes: Buffer, options: ImportIdentityOptions): SourceIdentity {
  const password = secretOf(io, options.sourcePassword);
  const store = readStore(bytes, password);
  const entry = chooseIdentity(store, options.sourceAlias);
  const pkcs8 = openKey(entry, secretOf(io, options.sourceKeyPassword) ?? password);
  if (options.alias === undefined && /^\d+$/.test(entry.alias)) {
    printWarnings(
      io,
      `the source gives its identity no name, so that it is called "${entry.alias}"; choose an --alias`,
    );
  }
  const { createdMs } = entry;
  return {
    kind: "identity",
    alias: options.alias ?? entry.alias,
    ...(createdMs === undefined ? {} : { createdMs }),
    pkcs8,
    chain: orderedChain(io, entry.chain, pkcs8),
  };
}

function chooseIdentity(store: Store, alias: string | undefined): IdentityEntry {
  if (alias !== undefined) {
    const entry = namedEntry(store, alias);
    if (entry.kind !== "identity") throw invalidStore(`"${alias}" holds no private key; name an identity`);
    return entry;
  }
  const identities = store.entries.filter((entry) => entry.kind === "identity");
  const [only, ...others] = identities;
  if (only === undefined)
    throw invalidStore("the file holds no private key; import its certificates instead");
  if (others.length > 0) {
    const names = identities.map((entry) => entry.alias).join(", ");
    throw invalidStore(`the file holds several identities; choose one with --source-alias: ${names}`);
  }
  return only;
}

function identityFromPem(io: CliIo, bytes: Buffer, options: ImportIdentityOptions): SourceIdentity {
  const { alias, keyFile } = options;
  if (alias === undefined)
    throw new UsageError("--alias is missing; certificates in a PEM file have no names");
  const keyBytes = keyFile === undefined ? bytes : readInput(io, keyFile);
  const password = secretOf(io, options.sourceKeyPassword ?? options.sourcePassword);
  const pkcs8 = inFile(keyFile ?? "the private key", () => readPrivateKey(keyBytes, password ?? undefined));
  const pool = certificatesFromFile(bytes);
  const leaf = pool.find((certificate) => publicKeyMatches(certificate, pkcs8));
  if (leaf === undefined) {
    throw invalidStore(
      "none of the certificates belongs to the private key; give the certificate issued for it",
    );
  }
  const ordered = orderChain(leaf, pool);
  warnOfDisorder(io, ordered, pool);
  const chain = ordered.map(({ der }) => der);
  return { kind: "identity", alias, createdMs: leaf.notBefore.getTime(), pkcs8, chain };
}

/** Whether the target holds the same key and chain under the alias and the password, so that nothing changes. */
function holdsAlready(store: Store, entry: IdentityEntry, pkcs8: Buffer, keyPassword: string): boolean {
  const occupant = entryToReplace(store, entry.alias);
  if (occupant?.kind !== "identity" || occupant.chain.length !== entry.chain.length) return false;
  if (!occupant.chain.every((der, index) => Buffer.from(der).equals(entry.chain[index] ?? Buffer.of())))
    return false;
  try {
    return openKey(occupant, keyPassword).equals(pkcs8);
  } catch {
    // A key under another password is the same key to nobody who reads the store.
    return false;
  }
}
