import {
  type HostFile,
  type HostFiles,
  keepBackup,
  keepOriginal,
  removeBackups,
  noOwnership,
  openHost,
  type OwnedEntry,
  type Ownership,
  readOriginal,
  readOwnership,
  writeOwnership,
} from "../hosts";
import { readStore, type Store, StoreError, writeStore } from "../keystore";
import { withoutEmptyClaims } from "./entryPlacement";
import { inStore } from "./errors";
import { log } from "./protocol";
import type { Secret } from "./secrets";
import type { StoreDraft } from "./storeDraft";
import { runId } from "./run";

/** A change that is being made, under the store's lock. */
export interface ChangeContext {
  /** The store as it was before we first touched it; undefined where it was not kept or does not open. */
  readonly readOriginalStore: () => Promise<Store | undefined>;
}

/** Gives the draft that should be, or throws and leaves it as it is. */
export type Edit = (draft: StoreDraft, context: ChangeContext) => StoreDraft | Promise<StoreDraft>;

/** What is found on the host. */
interface Found {
  readonly file: HostFile | undefined;
  readonly ownership: Ownership;
}

interface Change {
  readonly password: Secret;
  readonly edit: Edit;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** A fleet's truststores do not fit into memory at once, and Terraform works on ten resources at a time. */
const KEPT_PARSES = 64;
const parsedSessions = new Set<StoreSession>();

const sessions = new Map<string, StoreSession>();

/** The one session of this process for the file that a path ends at. */
export async function openSession(address: string, path: string): Promise<StoreSession> {
  const host = openHost(address);
  const key = await host.sessionKey(path);
  const known = sessions.get(key);
  if (known !== undefined) return known;
  const session = new StoreSession(host, path);
  sessions.set(key, session);
  return session;
}

/**
 * All that resources of this process do to one store: they share one reader, one lock and one parse, and
 * changes that arrive while a write is under way go out together with the next one.
 */
export class StoreSession {
  readonly #host: HostFiles;
  readonly #path: string;
  readonly #queue: Change[] = [];
  #writing = false;
  #reading: Promise<Found> | undefined;
  #parsed: { readonly bytes: Buffer; readonly password: string; readonly store: Store } | undefined;

  constructor(host: HostFiles, path: string) {
    this.#host = host;
    this.#path = path;
  }

  /**
   * The store as it is on the host; without a store in it where there is no file.
   *
   * @throws StoreError `wrong-password`, `unknown-format`, `damaged`, …, naming the store; HostError
   */
  async read(password: Secret): Promise<StoreDraft> {
    this.#reading ??= this.#find().finally(() => (this.#reading = undefined));
    return this.#open(await this.#reading, password);
  }

  /** Lets go of the parsed store; the next use reads it again. */
  forget(): void {
    this.#parsed = undefined;
  }

  /** Whether there is a file at all; false where its directory is gone too. */
  async exists(): Promise<boolean> {
    return (await this.#host.readFile(this.#path)) !== undefined;
  }

  /**
   * Changes the store. What `edit` throws is thrown here and does not disturb the changes of others.
   *
   * @throws what `edit` throws, and as `read`
   */
  change(password: Secret, edit: Edit): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ password, edit, resolve, reject });
      if (this.#writing) return;
      this.#writing = true;
      // One turn later, so that what Terraform sends at once goes out at once.
      setImmediate(() => void this.#writeAll());
    });
  }

  async #writeAll(): Promise<void> {
    while (this.#queue.length > 0) {
      const batch = this.#queue.splice(0);
      try {
        await this.#host.withLock(this.#path, () => this.#write(batch), {
          onWait: ({ waitedMs, holder }) =>
            log("info", `${this.#path} is locked by ${holder}; waiting for ${waitedMs} ms`),
        });
        for (const { resolve } of batch) resolve();
      } catch (error) {
        // Those that were refused on their own have their answer already; this one does not reach them.
        for (const { reject } of batch) reject(error);
      }
    }
    this.#writing = false;
  }

  async #write(batch: readonly Change[]): Promise<void> {
    const found = await this.#find();
    let draft: StoreDraft | undefined;
    let password = batch[0]?.password;
    for (const change of batch) {
      try {
        // Each opens it with the password it names: the parse is shared, a wrong password is not.
        const opened = this.#open(found, change.password);
        draft = await change.edit(draft ?? opened, {
          readOriginalStore: () => this.#readOriginalStore(change.password.value),
        });
        password = change.password;
      } catch (error) {
        change.reject(error);
      }
    }
    if (draft !== undefined && password !== undefined)
      await this.#save(found, this.#open(found, password), draft, password);
  }

  /**
   * The record goes first, and claims what is about to come as well as what is about to go: whenever this
   * is killed, nothing of ours is taken for somebody else's.
   */
  async #save(found: Found, before: StoreDraft, after: StoreDraft, password: Secret): Promise<void> {
    if (after.store === undefined) {
      if (found.file !== undefined) await this.#host.removeFile(this.#path);
      await removeBackups(this.#host, this.#path);
      await this.#claim(found.ownership, after.ownership);
      return;
    }
    const { file } = found;
    const bytes = after.store === before.store ? undefined : writeStore(after.store, password.value);
    const changed = bytes !== undefined && file?.bytes.equals(bytes) !== true;
    if (changed && file !== undefined) {
      if (!before.ownership.created) await keepOriginal(this.#host, this.#path);
      await keepBackup(this.#host, this.#path, runId);
    }
    const entries: Readonly<Record<string, OwnedEntry>> = {
      ...before.ownership.entries,
      ...after.ownership.entries,
    };
    const both = { ...after.ownership, entries };
    await this.#claim(found.ownership, both);
    if (changed) {
      await this.#host.replaceFile(this.#path, bytes);
      this.#parsed = undefined;
    }
    await this.#claim(both, after.ownership);
  }

  async #claim(before: Ownership, after: Ownership): Promise<void> {
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      await writeOwnership(this.#host, this.#path, after);
    }
  }

  /** The store before its record, which is written first: the record may say more than the store, not less. */
  async #find(): Promise<Found> {
    const file = await this.#host.readFile(this.#path);
    return { file, ownership: await readOwnership(this.#host, this.#path) };
  }

  #open({ file, ownership }: Found, password: Secret): StoreDraft {
    // What a record says of a store that is gone is no longer true.
    if (file === undefined) return { ownership: noOwnership };
    const known = this.#parsed;
    if (known !== undefined && known.password === password.value && known.bytes.equals(file.bytes)) {
      return { store: known.store, ownership: withoutEmptyClaims(known.store, ownership) };
    }
    const store = inStore(this.#path, password.reference, () => readStore(file.bytes, password.value));
    this.#parsed = { bytes: file.bytes, password: password.value, store };
    keepRecent(this);
    return { store, ownership: withoutEmptyClaims(store, ownership) };
  }

  async #readOriginalStore(password: string): Promise<Store | undefined> {
    const original = await readOriginal(this.#host, this.#path);
    if (original === undefined) return undefined;
    try {
      return readStore(original.bytes, password);
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  }
}

function keepRecent(session: StoreSession): void {
  parsedSessions.delete(session);
  parsedSessions.add(session);
  if (parsedSessions.size <= KEPT_PARSES) return;
  const [oldest] = parsedSessions;
  if (oldest === undefined) return;
  parsedSessions.delete(oldest);
  oldest.forget();
}
