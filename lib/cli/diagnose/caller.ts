import { basename } from "node:path";

import { IdentityReader } from "../../hop";
import { shownStore, trustedBy } from "../../java";
import { findEntry, type IdentityEntry } from "../../keystore";
import type { JavaRuntimePlan, SecretReference } from "../../model";
import { certificatesFromFile } from "../../pki";
import type { PresentingCaller } from "../../verify";
import { UsageError } from "../errors";
import type { CliIo } from "../io";
import { callSource, isPemFile } from "../rehearse/callSource";
import { Parts, planOfFiles } from "../rehearse/parts";
import { readInput } from "../readInput";
import { inFile, openStoreFile, secretOf } from "../store/storeFile";

/** What the command line says of the one who calls. */
export interface CallerFlags {
  readonly keystore?: string;
  readonly keystorePassword?: SecretReference;
  readonly keyPassword?: SecretReference;
  readonly alias?: string;
  readonly truststore?: string;
  readonly truststorePassword?: SecretReference;
}

/** DER of what the caller trusts, in a store or as PEM; undefined where it was not said. */
export function anchorsOf(
  io: CliIo,
  { truststore, truststorePassword }: CallerFlags,
): readonly Uint8Array[] | undefined {
  if (truststore === undefined) return undefined;
  return isPemFile(io, truststore)
    ? inFile(truststore, () => certificatesFromFile(readInput(io, truststore))).map(({ der }) => der)
    : trustedBy(openStoreFile(io, truststore, secretOf(io, truststorePassword), "--truststore-password"));
}

/**
 * The keystore that the caller presents itself from; undefined where none was given.
 *
 * @throws UsageError for an alias that is not there, and for a password that is missing
 */
export function presentingCaller(
  io: CliIo,
  { keystore, keystorePassword, keyPassword, alias }: CallerFlags,
  java: JavaRuntimePlan,
): PresentingCaller | undefined {
  if (keystore === undefined) return undefined;
  if (keystorePassword === undefined)
    throw new UsageError("--keystore-password is missing; give it as env:NAME, file:PATH or cmd:COMMAND");
  const store = shownStore(openStoreFile(io, keystore, secretOf(io, keystorePassword)), java);
  const identities = store.entries.filter((entry): entry is IdentityEntry => entry.kind === "identity");
  if (alias !== undefined && findEntry(store, alias)?.kind !== "identity") {
    const there = identities.map((entry) => `"${entry.alias}"`).join(", ");
    throw new UsageError(
      `${keystore} has no private key under "${alias}"; it has ${there === "" ? "none at all" : `them under ${there}`}`,
    );
  }
  const files = {
    kind: "store",
    file: keystore,
    password: keystorePassword,
    ...(keyPassword === undefined ? {} : { keyPassword }),
    ...(alias === undefined ? {} : { alias }),
  } as const;
  return {
    java,
    keystore: basename(keystore),
    identities,
    ...(alias === undefined ? {} : { alias }),
    read: (meant) => {
      const parts = new Parts((file) => isPemFile(io, file));
      const identity = parts.identity("client", files, meant);
      const binding = { id: "client", identityId: "client", identity };
      const stores = [...parts.stores.values()].map(({ plan }) => plan);
      const plan = { ...planOfFiles("diagnose"), stores, bindings: [binding] };
      const source = callSource(io, { stores: parts.storeFiles, files: parts.otherFiles });
      return new IdentityReader(plan, source).identityOf(binding, java);
    },
  };
}
