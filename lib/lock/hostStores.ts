import {
  claimsOf,
  contentOfEntry,
  contentOfVersion1,
  type HostFiles,
  openPlannedHost,
  type OwnershipRecord,
  readOwnership,
  SecretError,
} from "../hosts";
import { findEntry, readWithEither, type Store, StoreError, storeRemedy } from "../keystore";
import {
  type SecretReference,
  type StorePlan,
  TrustError,
  type TrustPlan,
  hostAddress,
  passwordText,
  placeOf,
  planIndex,
} from "../model";
import { certificateOf } from "./certificates";
import { unreadableStore } from "./errors";

/** A store as it is on its host. */
export interface FoundStore {
  readonly place: string;
  readonly store: Store;
  readonly ownership: OwnershipRecord;
}

/** Reads stores of a plan from their hosts, each one once. */
export class HostStores {
  private readonly found = new Map<string, Promise<FoundStore | undefined>>();

  constructor(
    private readonly plan: TrustPlan,
    /** Directory that the roots of local hosts are relative to. */
    private readonly projectDirectory: string,
    private readonly resolveSecret: (reference: SecretReference) => string,
  ) {}

  planOf(storeId: string): StorePlan | undefined {
    return planIndex(this.plan).store(storeId);
  }

  /** `HOST:PATH`; the store's id where it is not declared. */
  placeOf(storeId: string): string {
    const store = this.planOf(storeId);
    return store === undefined ? storeId : placeOf(store.hostId, store.path);
  }

  /** Whether the host can be read from here. */
  isReadable(storeId: string): boolean {
    const store = this.planOf(storeId);
    const host = store === undefined ? undefined : planIndex(this.plan).host(store.hostId);
    return host !== undefined && hostAddress(host, this.projectDirectory) !== undefined;
  }

  /**
   * The store; undefined where its file is missing.
   *
   * @throws LockError `unreadable-store` naming host and path; SecretError
   */
  async find(storeId: string): Promise<FoundStore | undefined> {
    const known = this.found.get(storeId);
    if (known !== undefined) return await known;
    const reading = this.read(storeId);
    this.found.set(storeId, reading);
    return await reading;
  }

  private async read(storeId: string): Promise<FoundStore | undefined> {
    const store = this.planOf(storeId);
    if (store === undefined) throw unreadableStore(storeId, "it is declared by no stack that is at hand");
    const place = this.placeOf(storeId);
    try {
      const files = this.open(store, place);
      const file = await files.readFile(store.path);
      if (file === undefined) return undefined;
      return {
        place,
        store: this.opened(file.bytes, store),
        ownership: await readOwnership(files, store.path),
      };
    } catch (error) {
      // Without a place, so that one secret of many stores is told once.
      if (!(error instanceof TrustError) || error instanceof SecretError) throw error;
      if (!(error instanceof StoreError)) throw unreadableStore(place, error.message, error);
      const problem = `${error.message}. ${storeRemedy(error.code)}`.trim();
      throw unreadableStore(`${place} (${passwordText(store)})`, problem, error);
    }
  }

  /** Before the deploy that puts it under another password it is under the former one. */
  private opened(bytes: Uint8Array, { password, formerPassword }: StorePlan): Store {
    const former = () => (formerPassword === undefined ? undefined : this.resolveSecret(formerPassword));
    return readWithEither(bytes, this.resolveSecret(password), former).store;
  }

  private open({ hostId }: StorePlan, place: string): HostFiles {
    const host = planIndex(this.plan).host(hostId);
    const { projectDirectory, resolveSecret } = this;
    const files = host === undefined ? undefined : openPlannedHost(host, { projectDirectory, resolveSecret });
    if (files === undefined) throw unreadableStore(place, `host "${hostId}" is one that nobody logs in to`);
    return files;
  }
}

/** Whether an entry was put there by a deploy of ours, and is not one that was there before. */
export function isOwned({ store, ownership }: FoundStore, alias: string): boolean {
  const entry = findEntry(store, alias);
  if (entry === undefined || entry.kind === "secret") return false;
  const contents =
    entry.kind === "anchor"
      ? [contentOfEntry("anchor", [entry.certificate]), contentOfVersion1(fingerprintOf(entry.certificate))]
      : [contentOfEntry("key", entry.chain), contentOfVersion1(fingerprintOf(entry.chain[0]))];
  return claimsOf(ownership).some(
    ({ at, content, origin }) =>
      at === alias.toLowerCase() &&
      contents.includes(content) &&
      (origin === "created" || origin === "displaced"),
  );
}

function fingerprintOf(certificate: Uint8Array | undefined): string {
  return certificate === undefined ? "" : certificateOf(certificate).sha256;
}

/** Certificates that a store trusts, in its order. */
export function anchorsOf({ store }: FoundStore): { alias: string; certificate: Uint8Array }[] {
  return store.entries.flatMap((entry) =>
    entry.kind === "anchor" ? [{ alias: entry.alias, certificate: entry.certificate }] : [],
  );
}
