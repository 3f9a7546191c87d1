import type { ClientSide, PresentedIdentity, TrustedAnchors } from "../../hop";
import type { HostFiles } from "../../hosts";
import { findEntry, type IdentityEntry, openKey, readStore, type Store } from "../../keystore";
import { inStore, storeMissing } from "../errors";
import { ProviderError } from "../protocol";
import { certificateFromPem } from "../resources/certificatePem";
import { secret } from "../secrets";

/** Where what a client trusts and presents is found. */
export interface DeclaredClient {
  readonly runtime: "java" | "openssl";
  readonly truststore: string | null;
  readonly truststorePassword: string | null;
  readonly anchorsPem: readonly string[] | null;
  readonly keystore: string | null;
  readonly keystorePassword: string | null;
  readonly keystoreAlias: string | null;
}

/**
 * Reads what the client has from its host; without a truststore and certificates it trusts the public roots.
 *
 * @throws StoreError, ResourceError or ProviderError for what cannot be read, or is not there
 */
export async function readClient(host: HostFiles, declared: DeclaredClient): Promise<ClientSide> {
  const identity = await identityOf(host, declared);
  return {
    runtime: declared.runtime,
    anchors: await anchorsOf(host, declared),
    verifiesName: true,
    ...(identity === undefined ? {} : { identity }),
  };
}

async function anchorsOf(host: HostFiles, declared: DeclaredClient): Promise<TrustedAnchors> {
  const { truststore, truststorePassword, anchorsPem } = declared;
  if (anchorsPem !== null) return anchorsPem.map((pem) => certificateFromPem(pem).der);
  if (truststore === null || truststorePassword === null) return "public-roots";
  const { entries } = await open(host, truststore, truststorePassword);
  return entries.flatMap((entry) => (entry.kind === "anchor" ? [entry.certificate] : []));
}

async function identityOf(
  host: HostFiles,
  { keystore, keystorePassword, keystoreAlias }: DeclaredClient,
): Promise<PresentedIdentity | undefined> {
  if (keystore === null || keystorePassword === null) return undefined;
  const store = await open(host, keystore, keystorePassword);
  const entry = entryOf(store, keystore, keystoreAlias);
  const { reference, value } = secret(keystorePassword);
  const pkcs8 = inStore(keystore, reference, () => openKey(entry, value));
  return { chain: entry.chain, pkcs8 };
}

function entryOf(store: Store, path: string, alias: string | null): IdentityEntry {
  const identities = store.entries.filter((entry) => entry.kind === "identity");
  const aliases = identities.map((entry) => JSON.stringify(entry.alias)).join(", ");
  if (alias !== null) {
    const entry = findEntry(store, alias);
    if (entry?.kind === "identity") return entry;
    throw new ProviderError(
      "keystore-alias",
      `${path} holds no key under "${alias}". It holds ${aliases === "" ? "no key" : aliases}.`,
    );
  }
  const [only, ...others] = identities;
  if (only !== undefined && others.length === 0) return only;
  throw new ProviderError(
    "keystore-alias",
    only === undefined
      ? `${path} holds no key, so that nothing can be presented from it.`
      : `${path} holds several keys: ${aliases}. Write keystore_alias.`,
  );
}

async function open(host: HostFiles, path: string, password: string): Promise<Store> {
  const file = await host.readFile(path);
  if (file === undefined) throw storeMissing(path);
  const { reference, value } = secret(password);
  return inStore(path, reference, () => readStore(file.bytes, value));
}
