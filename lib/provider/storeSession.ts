import {
  hashOf,
  type HostFile,
  type HostFiles,
  keepBackup,
  keepOriginal,
  noOwnership,
  type OwnershipRecord,
  readKept,
  readOriginal,
  readOwnership,
  removeBackups,
  removeKept,
  removeOriginal,
  transition,
  writeKept,
  writeOwnership,
} from "../hosts";
import { refuseWhereAdopting } from "./adopting";
import { type OpenedStore, setEntry, type Store, StoreError, writeStore } from "../keystore";
import { owing } from "./activation/owed";
import type { PasswordChange } from "./configuration";
import { isClaimId, rewrittenThings, settleClaims } from "./entries";
import { inStore, keptLocked } from "./errors";
import { openWithEither, passwordChangeOf, passwordToBe, withOpenKeys } from "./passwordChange";
import { log } from "./protocol";
import type { Secret } from "./secrets";
import type { ReadDraft, StoreDraft } from "./storeDraft";
import { currentRun } from "./run";
import { reachHost } from "./reachHost";

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
  /** The kept store. */
  readonly kept: HostFile | undefined;
  readonly ownership: OwnershipRecord;
}

interface Change {
  readonly password: Secret;
  readonly under: Secret;
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
  const host = reachHost(address);
  const key = await host.sessionKey(path);
  const known = sessions.get(key);
  const passwordChange = passwordChangeOf(address, path);
  if (known !== undefined) {
    // A process that stays may be configured anew.
    known.passwordChange = passwordChange ?? known.passwordChange;
    return known;
  }
  const session = new StoreSession(host, path, passwordChange);
  sessions.set(key, session);
  return session;
}

/**
 * All that resources of this process do to one store: they share one reader, one lock and one parse, and
 * changes that arrive while a write is under way go out together with the next one.
 */
export class StoreSession {
  private readonly queue: Change[] = [];
  private writing = false;
  private reading: Promise<Found> | undefined;
  private parsed: ({ readonly bytes: Buffer; readonly password: string } & OpenedStore) | undefined;

  constructor(
    private readonly host: HostFiles,
    private readonly path: string,
    /** @default - it keeps the password that it has */
    public passwordChange?: PasswordChange,
  ) {}

  /**
   * The store as it is on the host; without a store in it where there is no file.
   *
   * @throws StoreError `wrong-password`, `unknown-format`, `damaged`, …, naming the store; HostError
   */
  async read(password: Secret): Promise<ReadDraft> {
    this.reading ??= this.find().finally(() => (this.reading = undefined));
    const found = await this.reading;
    const draft = this.open(found, passwordToBe(password, this.passwordChange));
    return { ...draft, isUnderFormer: found.file !== undefined && this.parsed?.isUnderFormer === true };
  }

  /** Lets go of the parsed store; the next use reads it again. */
  forget(): void {
    this.parsed = undefined;
  }

  /** Whether there is a file at all; false where its directory is gone too. */
  async exists(): Promise<boolean> {
    return (await this.host.readFile(this.path)) !== undefined;
  }

  /** The record beside the store, which needs no password. */
  async ownership(): Promise<OwnershipRecord> {
    return readOwnership(this.host, this.path);
  }

  /**
   * Changes the store. What `edit` throws is thrown here and does not disturb the changes of others.
   *
   * @param under - the password that it is under afterwards @default - the one that it is to be under
   * @throws what `edit` throws, and as `read`
   */
  change(password: Secret, edit: Edit, under?: Secret): Promise<void> {
    const toBe = passwordToBe(password, this.passwordChange);
    return new Promise((resolve, reject) => {
      this.queue.push({ password: toBe, under: under ?? toBe, edit, resolve, reject });
      if (this.writing) return;
      this.writing = true;
      // One turn later, so that what Terraform sends at once goes out at once.
      setImmediate(() => void this.writeAll());
    });
  }

  private async writeAll(): Promise<void> {
    while (this.queue.length > 0) {
      const batch = this.queue.splice(0);
      const refused = new Map<Change, unknown>();
      try {
        await this.host.exclusively(this.path, () => this.write(batch, refused), {
          onWait: ({ waitedMs, holder }) =>
            log("info", `${this.path} is locked by ${holder}; waiting for ${waitedMs} ms`),
        });
      } catch (error) {
        // One that was refused on its own has its own answer.
        for (const change of batch) if (!refused.has(change)) refused.set(change, error);
      }
      // All hear of it once the lock is free: whoever looks then finds nothing of this run.
      for (const change of batch) {
        if (refused.has(change)) change.reject(refused.get(change));
        else change.resolve();
      }
    }
    this.writing = false;
  }

  private async write(batch: readonly Change[], refused: Map<Change, unknown>): Promise<void> {
    const found = await this.find();
    let draft: StoreDraft | undefined;
    let last = batch[0];
    for (const change of batch) {
      try {
        // Each opens it with the password it names: the parse is shared, a wrong password is not.
        const opened = this.open(found, change.password);
        draft = await change.edit(draft ?? opened, {
          readOriginalStore: () => this.readOriginalStore(change.password),
        });
        last = change;
      } catch (error) {
        refused.set(change, error);
      }
    }
    if (draft !== undefined && last !== undefined)
      await this.save(found, this.open(found, last.password), withoutOwnEmptyStore(draft), last);
  }

  /**
   * What is displaced goes first; then the record, which claims what is about to come as well as what is about
   * to go: whenever this is killed, nothing of ours is taken for somebody else's, and nothing is lost.
   */
  private async save(
    found: Found,
    before: StoreDraft,
    draft: StoreDraft,
    { password: opening, under: password }: Change,
  ): Promise<void> {
    const { file } = found;
    const isOther = password.reference !== opening.reference;
    const after = isOther ? withOpenKeys(draft, opening) : draft;
    const { store, reader } = after;
    const isUnderOther = isOther || this.parsed?.isUnderFormer === true;
    const isRekeyed = file !== undefined && store !== undefined && isUnderOther;
    const bytes =
      store === undefined || (store === before.store && !isRekeyed)
        ? file?.bytes
        : inStore(this.path, password.reference, () =>
            writeStore(store, password.value, reader === undefined ? {} : { reader }),
          );
    const next = after.store === undefined ? undefined : bytes;
    const isChanged = next === undefined ? file !== undefined : file?.bytes.equals(next) !== true;
    if (isChanged) refuseWhereAdopting(this.path);
    const isKeptLocked = found.kept !== undefined && before.kept === undefined;
    if (isKeptLocked && after.kept !== undefined) throw keptLocked(this.path, password.reference);
    const kept = isKeptLocked
      ? undefined
      : await this.keep(
          found.kept,
          joined(isOther ? withOpenKeys(before, opening).kept : before.kept, after.kept),
          found,
          password,
        );
    const original = isChanged ? await this.newOriginal(file, before.ownership) : undefined;
    const ownership = await owing(
      this.host,
      this.path,
      before.ownership,
      { ...after.ownership, ...(original === undefined ? {} : { original }) },
      isChanged ? rewrittenThings(before.store, store, isRekeyed) : undefined,
    );
    const both = isChanged ? transition(before.ownership, ownership) : found.ownership;

    await this.claim(found.ownership, both);
    if (isChanged) {
      if (original !== undefined) await keepOriginal(this.host, this.path);
      await keepBackup(this.host, this.path, currentRun());
      await this.put(next);
    }
    const isOver = Object.keys(ownership.claims).length === 0;
    if (!isOver) await this.claim(both, ownership);
    if (!isKeptLocked) await this.keep(kept, after.kept, found, password);
    if (!isOver) return;
    await this.clear(both);
    // Last: as long as there is a record, whoever comes after a kill knows what to clear away.
    await this.claim(both, ownership);
  }

  private async put(bytes: Buffer | undefined): Promise<void> {
    if (bytes === undefined) await this.host.removeFile(this.path);
    else await this.host.replaceFile(this.path, bytes);
    this.parsed = undefined;
  }

  /**
   * The hash of the `.orig` that is about to be made; undefined where none is. It is known before, so that the
   * record can name it first and the `.orig` is known to be ours wherever a run is killed.
   */
  private async newOriginal(
    file: HostFile | undefined,
    { created }: OwnershipRecord,
  ): Promise<string | undefined> {
    if (file === undefined || created || (await readOriginal(this.host, this.path)) !== undefined)
      return undefined;
    return hashOf(file.bytes);
  }

  /** Makes the kept store what it should be; gives the bytes that it has then. */
  private async keep(
    current: Pick<HostFile, "bytes"> | undefined,
    wanted: Store | undefined,
    { file, kept }: Found,
    password: Secret,
  ): Promise<Pick<HostFile, "bytes"> | undefined> {
    if (wanted === undefined || wanted.entries.length === 0) {
      if (current !== undefined) await removeKept(this.host, this.path);
      return undefined;
    }
    const bytes = writeStore(wanted, password.value, { reader: "cdktf-trust" });
    if (current?.bytes.equals(bytes) === true) return current;
    await writeKept(this.host, this.path, bytes, file ?? kept);
    return { bytes };
  }

  /** Nothing here is ours any more, so neither are copies of it. */
  private async clear({ original }: OwnershipRecord): Promise<void> {
    await removeBackups(this.host, this.path);
    if (original !== undefined) await removeOriginal(this.host, this.path, original);
  }

  private async claim(before: OwnershipRecord, after: OwnershipRecord): Promise<void> {
    if (JSON.stringify(before) !== JSON.stringify(after)) {
      await writeOwnership(this.host, this.path, after);
    }
  }

  /** The store before its record, which is written first: the record may say more than the store, not less. */
  private async find(): Promise<Found> {
    const file = await this.host.readFile(this.path);
    const ownership = await readOwnership(this.host, this.path);
    return { file, ownership, kept: await readKept(this.host, this.path) };
  }

  private open(found: Found, password: Secret): StoreDraft {
    const { file, ownership } = found;
    const kept = this.openKept(found, password);
    const draft = { ownership, ...(kept === undefined ? {} : { kept }) };
    if (file === undefined) return draft;
    return settleClaims({ ...draft, store: this.parse(file, password) });
  }

  private parse({ bytes }: HostFile, password: Secret): Store {
    const known = this.parsed;
    if (known !== undefined && known.password === password.value && known.bytes.equals(bytes))
      return known.store;
    const opened = inStore(this.path, password.reference, () =>
      openWithEither(this.path, bytes, password, this.passwordChange),
    );
    this.parsed = { bytes, password: password.value, ...opened };
    keepRecent(this);
    return opened.store;
  }

  /** A kept store under another password is left as it is. */
  private openKept(found: Found, password: Secret): Store | undefined {
    const { kept, ownership } = found;
    if (kept === undefined) return undefined;
    try {
      const { store } = openWithEither(this.path, kept.bytes, password, this.passwordChange);
      const isOrphan = ({ alias }: { readonly alias: string }) =>
        isClaimId(alias) && !Object.hasOwn(ownership.claims, alias);
      // A run that was killed had kept it, and never came to displace it.
      return { ...store, entries: store.entries.filter((entry) => !isOrphan(entry)) };
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      return undefined;
    }
  }

  private async readOriginalStore(password: Secret): Promise<Store | undefined> {
    const original = await readOriginal(this.host, this.path);
    if (original === undefined) return undefined;
    try {
      return openWithEither(this.path, original.bytes, password, this.passwordChange).store;
    } catch (error) {
      if (error instanceof StoreError) return undefined;
      throw error;
    }
  }
}

/** A store of ours goes with the last claim, unless something foreign is in it. */
function withoutOwnEmptyStore(draft: StoreDraft): StoreDraft {
  const { store, ownership, ...rest } = draft;
  if (Object.keys(ownership.claims).length > 0) return draft;
  const isLeft = store !== undefined && (!ownership.created || store.entries.length > 0);
  return { ...rest, ...(isLeft ? { store } : {}), ownership: noOwnership };
}

/** What either side keeps, so that a run that is killed in between loses nothing. */
function joined(before: Store | undefined, after: Store | undefined): Store | undefined {
  if (before === undefined || after === undefined || before === after) return after ?? before;
  return after.entries.reduce((both, entry) => setEntry(both, entry), before);
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
