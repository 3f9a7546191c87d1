import { refuseOtherEnvironment } from "../claims/environment";
import { refuseOlderGeneration, UNKNOWN_GENERATION, UNKNOWN_IDENTITY } from "../claims/generation";
import { claimantOf, claimedRow, importedRow, refreshedOwner } from "../claims/row";
import {
  contentOf,
  declaredEntry,
  type DeclaredEntry,
  describeEntry,
  fingerprintOf,
  fitEntry,
  holdsSame,
  importEntryAsIs,
  locateEntry,
  openedKey,
  placeEntry,
  updateEntry,
  withdrawEntry,
} from "../entries";
import { artifactStale, badImportId, storeMissing } from "../errors";
import { formatId, parseImportId } from "../location";
import { type CallContext, isKnown } from "../protocol";
import { secret, secretForRefresh } from "../secrets";
import type { OpenDraft } from "../storeDraft";
import { openSession } from "../storeSession";
import type { EntryKind, EntryState, PlannedEntry } from "./entryRow";
import { refusalsOf } from "./entryRefusals";
import { readOverlay, sourceName } from "./overlay";

/**
 * Delivers an entry from its artifact into the store, or adopts the one that is there.
 *
 * @param prior - the row that is updated; undefined where there is none yet
 */
export async function deliverEntry(
  planned: PlannedEntry,
  prior: EntryState | undefined,
  kind: EntryKind,
): Promise<EntryState> {
  const { host, path, alias } = planned;
  const password = secret(planned.password);
  const keyPassword = kind.keyPassword === undefined ? password : secret(kind.keyPassword);
  const overlay = await readOverlay(planned, password);
  const artifact = sourceName(planned);
  const entry = declaredEntry(overlay, { ...planned, artifact }, kind.kind);
  const key = entry.kind === "identity" ? openedKey(entry, artifact, keyPassword) : undefined;
  const described = describeEntry(entry);
  requireAgreement(planned, described);
  const content = contentOf(entry);
  if (isKnown(planned.content) && planned.content !== "" && planned.content !== content) {
    throw artifactStale(artifact, `chain of "${alias}"`, planned.content, content);
  }
  const row = claimedRow(planned, content);
  const claimant = claimantOf(kind.typeName, row.claim, planned);
  const options = {
    ...refusalsOf(kind, planned, planned.on_foreign),
    isSame: (existing: DeclaredEntry) => holdsSame(existing, entry, keyPassword.value),
  };

  const session = await openSession(host, path);
  await session.change(password, ({ store, ...draft }) => {
    if (store === undefined) throw storeMissing(path);
    const memory = { row: prior, ownership: draft.ownership };
    refuseOlderGeneration(`${path}: "${alias}"`, claimant, memory);
    const fitting = fitEntry(
      { ...entry, alias },
      overlay,
      store,
      key,
      keyPassword.value === password.value ? undefined : keyPassword.value,
    );
    const open: OpenDraft = { ...draft, store };
    return prior === undefined
      ? placeEntry(open, fitting, claimant, options)
      : updateEntry(open, fitting, claimant, prior, options);
  });
  return {
    ...described,
    ...row,
    host,
    path,
    alias,
    password: planned.password,
    sha256: planned.sha256,
    id: formatId(host, path, alias),
    on_foreign: isKnown(planned.on_foreign) ? planned.on_foreign : "refuse",
    generation: isKnown(planned.generation) ? planned.generation : UNKNOWN_GENERATION,
    other_generation: isKnown(planned.other_generation) ? planned.other_generation : UNKNOWN_GENERATION,
    identity: isKnown(planned.identity) ? planned.identity : UNKNOWN_IDENTITY,
  };
}

/**
 * The state as the host has it; undefined where the entry is gone.
 *
 * @param describe - what else the row says of the entry that is there
 */
export async function refreshEntry<S extends EntryState>(
  state: S,
  kind: DeclaredEntry["kind"],
  context: CallContext,
  describe: (entry: DeclaredEntry) => Partial<S> = () => ({}),
): Promise<S | undefined> {
  const password = secretForRefresh(state.password, context);
  if (password === undefined) return state;
  const session = await openSession(state.host, state.path);
  const located = locateEntry(await session.read(password), kind, state);
  const owner = refreshedOwner(state);
  switch (located.kind) {
    case "gone":
      return undefined;
    case "taken-out":
      return { ...state, owner, sha256: "", content: "", subject: "", not_after: "" };
    case "found": {
      const content = contentOf(located.entry);
      const sha256 = fingerprintOf(located.entry) ?? "";
      const found = { ...state, ...describe(located.entry), owner, content };
      return sha256 === state.sha256 ? found : { ...found, sha256, ...describeEntry(located.entry) };
    }
    default:
      return located satisfies never;
  }
}

/** Takes an entry of ours out of its store; what somebody else has put there since stays. */
export async function destroyEntry(state: EntryState, context: CallContext): Promise<void> {
  const { path, alias } = state;
  const session = await openSession(state.host, path);
  if (!(await session.exists())) {
    context.warn(`${path} was gone already`, "There was nothing to remove.");
    return;
  }
  await session.change(secret(state.password), async ({ store, ...draft }, { readOriginalStore }) => {
    if (store === undefined) return draft;
    const withdrawn = await withdrawEntry({ ...draft, store }, state, {
      removesForGood: state.on_destroy === "remove",
      readOriginalStore,
    });
    if (withdrawn.removal === "not-ours") {
      context.warn(
        `"${alias}" was left in ${path}`,
        "Somebody has put another entry there since. Remove it with keytool -delete if nobody needs it.",
      );
    }
    if (withdrawn.removal === "not-restored") {
      context.warn(
        `What "${alias}" had displaced in ${path} could not be put back`,
        `It is not in what was kept beside ${path}, or that does not open with the store's password. Look for it in ` +
          "the backups there.",
      );
    }
    return withdrawn.draft;
  });
}

/** A first state of an entry that a person takes over, and the claim to it in the record beside the store. */
export async function importEntry(
  id: string,
  { kind, typeName }: EntryKind,
): Promise<EntryState & { readonly keyPassword: string | null; readonly artifact: string }> {
  const form = "HOST:PATH#ALIAS?password=env:NAME";
  const { host, path, alias, password, keyPassword } = parseImportId(id, form);
  if (alias === undefined || password === undefined) throw badImportId(id, form);
  const row = importedRow();
  const session = await openSession(host, path);
  await session.change(secret(password), ({ store, ...draft }) =>
    store === undefined
      ? draft
      : importEntryAsIs(
          { ...draft, store },
          kind,
          alias,
          claimantOf(typeName, row.claim, { alias }),
          refuseOtherEnvironment,
        ),
  );
  return {
    id: formatId(host, path, alias),
    host,
    path,
    alias,
    password,
    keyPassword: keyPassword ?? null,
    artifact: "",
    sha256: "",
    subject: "",
    not_after: "",
    on_foreign: "refuse",
    generation: UNKNOWN_GENERATION,
    other_generation: UNKNOWN_GENERATION,
    identity: UNKNOWN_IDENTITY,
    ...row,
  };
}

/** A subject or a date that contradicts the certificate would be a difference for ever. */
function requireAgreement(planned: PlannedEntry, found: Pick<EntryState, "subject" | "not_after">): void {
  for (const name of ["subject", "not_after"] as const) {
    const declared = planned[name];
    if (isKnown(declared) && declared !== found[name]) {
      throw artifactStale(sourceName(planned), `${name} of "${planned.alias}"`, declared, found[name]);
    }
  }
}
