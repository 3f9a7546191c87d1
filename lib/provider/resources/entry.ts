import { parseCertificate, publicKeyMatches, summarise } from "../../pki";
import { claimIdOfVersion1, noOwnership } from "../../hosts";
import { findEntry, openKey, type Store, type StoreEntry, StoreError } from "../../keystore";
import { TrustError } from "../../model";
import { foreseeArtifact, readArtifactStore } from "../artifact";
import { refuseOtherEnvironment } from "../claims/environment";
import { generationAttribute, refuseOlderGeneration, UNKNOWN_GENERATION } from "../claims/generation";
import {
  claimantOf,
  claimAttributes,
  claimChecks,
  claimedRow,
  type ClaimRow,
  importedRow,
  plannedContent,
  refreshedOwner,
  upgradedRow,
} from "../claims/row";
import { providerConfiguration, relocate } from "../configuration";
import {
  certificateOf,
  contentOf,
  type DeclaredEntry,
  fingerprintOf,
  importEntryAsIs,
  judgePlacement,
  judgeUpdate,
  locateEntry,
  placeEntry,
  type PlacementRefusals,
  updateEntry,
  type UpdateRefusals,
  withdrawEntry,
} from "../entries";
import {
  artifactStale,
  badImportId,
  drifted,
  foreignEntry,
  inStore,
  lostClaim,
  ownedByOthers,
  sharedContent,
  storeMissing,
} from "../errors";
import { checkFingerprint, formatId, oneOf, parseImportId, storeAttributes, storeChecks } from "../location";
import {
  type CallContext,
  computed,
  defaulted,
  discovered,
  isKnown,
  required,
  type UpgradeOf,
  Unknown,
} from "../protocol";
import { importRemedy } from "../remedies";
import { type Secret, secret, secretForRefresh, secretIfAtHand } from "../secrets";
import type { OpenDraft, StoreDraft } from "../storeDraft";
import { openSession } from "../storeSession";
import { foreseeWritable } from "../writable";

/** Attributes that both kinds of entries have. */
export const entryAttributes = {
  id: computed.string("Host, path and alias."),
  ...storeAttributes,
  alias: required.string("Alias; compared without regard to case, as Java does.", { replaces: true }),
  artifact: required.string(
    "Store that holds the entry to deliver, relative to Terraform's working directory, under the same password.",
    { quiet: true },
  ),
  sha256: required.string("SHA-256 fingerprint of the certificate, as keytool prints it."),
  subject: discovered.string("Subject of the certificate."),
  not_after: discovered.string("When the certificate expires."),
  on_foreign: defaulted.string(
    "refuse",
    "What to do with somebody else's entry under the alias: `refuse`, or `replace` it and put it back on destroy.",
    { quiet: true },
  ),
  ...generationAttribute,
  ...claimAttributes,
};

export const entryChecks = {
  ...storeChecks,
  ...claimChecks,
  alias: (alias: string) => {
    if (alias.trim() === "") throw new RangeError("An alias cannot be empty.");
  },
  sha256: checkFingerprint,
  on_foreign: oneOf(["refuse", "replace"]),
};

/** Where an entry is. */
interface EntryAddress {
  readonly host: string;
  readonly path: string;
  readonly password: string;
  readonly alias: string;
}

/** What both kinds of entries remember. */
export interface EntryState extends EntryAddress, ClaimRow {
  readonly id: string;
  readonly artifact: string;
  readonly sha256: string;
  readonly subject: string;
  readonly not_after: string;
  readonly on_foreign: string;
  readonly generation: number;
}

/** What both kinds of entries are asked to be. */
export interface PlannedEntry extends EntryAddress {
  readonly artifact: string;
  readonly sha256: string;
  readonly subject: string | Unknown;
  readonly not_after: string | Unknown;
  readonly on_foreign: string | Unknown;
  readonly generation: number | Unknown;
  readonly claim: string | Unknown;
  readonly owner: string | Unknown;
  readonly content: string | Unknown;
  readonly on_destroy: string | Unknown;
}

/** What makes the two kinds of entries differ. */
export interface EntryKind {
  readonly kind: DeclaredEntry["kind"];
  readonly typeName: string;
  /** Password of the key; the store's where none is declared. */
  readonly keyPassword?: string;
}

type Plan<T> = { readonly [K in keyof T]: T[K] | Unknown };

/** What a plan can say already; what the certificate says is open again when there will be another one. */
export async function planEntry(
  planned: Plan<EntryState>,
  prior: EntryState | undefined,
  config: { readonly subject: string | Unknown | null; readonly not_after: string | Unknown | null },
): Promise<Partial<Plan<EntryState>>> {
  const { host, path, alias, sha256 } = planned;
  const isSame = prior !== undefined && sha256 === prior.sha256;
  const known = {
    ...(isKnown(host) && isKnown(path) && isKnown(alias) ? { id: formatId(host, path, alias) } : {}),
    content: plannedContent(prior, await deliveredContent(planned), isSame),
  };
  if (prior === undefined || isSame) return known;
  return {
    ...known,
    ...(config.subject === null ? { subject: Unknown.value } : {}),
    ...(config.not_after === null ? { not_after: Unknown.value } : {}),
  };
}

/**
 * Refuses at plan what an apply would refuse, where the store can be read. What another resource of the same apply
 * may still change is left to the apply: a store that is missing, and what is claimed by the same owner.
 */
export async function foreseeEntry(
  planned: Plan<EntryState>,
  prior: EntryState | undefined,
  kind: EntryKind,
): Promise<void> {
  const { host, path, alias, sha256, password: reference } = planned;
  if (!isKnown(host) || !isKnown(path) || !isKnown(alias) || !isKnown(sha256) || !isKnown(reference)) return;
  const what = `${path}: "${alias}"`;
  const claimant = claimantOf(kind.typeName, prior?.claim ?? "", {
    alias,
    generation: planned.generation,
  });
  refuseOlderGeneration(what, claimant, { row: prior?.generation });
  await foreseeArtifact(planned.artifact);
  await foreseeWritable(planned);
  const password = secretIfAtHand(reference);
  if (password === undefined) return;
  const session = await openSession(host, path);
  const { store, ...draft } = await session.read(password).catch(leaveToApply);
  refuseOlderGeneration(what, claimant, draft);
  if (store === undefined) return;
  const wanted = {
    kind: kind.kind,
    alias,
    isSame: (found: DeclaredEntry) => fingerprintOf(found) === sha256,
  };
  const refusals = refusalsOf(kind, { host, path, alias, sha256, password: reference }, planned.on_foreign);
  if (prior === undefined) {
    const judgement = judgePlacement({ ...draft, store }, wanted, claimant);
    if (judgement.kind === "foreign") refusals.onForeign(judgement.existing);
    if (judgement.kind === "others") refusals.onOthers(judgement.existing, judgement.owners);
    return;
  }
  const judgement = judgeUpdate({ ...draft, store }, wanted, claimant, prior);
  if (judgement.kind === "shared") refusals.onShared(judgement.owners);
  if (judgement.kind === "foreign" && judgement.existing.kind !== "anchor") {
    refusals.onForeign(judgement.existing);
  }
}

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
  const { host, path, alias, artifact } = planned;
  const password = secret(planned.password);
  const keyPassword = kind.keyPassword === undefined ? password : secret(kind.keyPassword);
  const overlay = await readArtifactStore(artifact, password);
  const entry = declaredEntry(overlay, planned, kind.kind);
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
    const memory = { row: prior?.generation, ownership: draft.ownership };
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
    artifact,
    password: planned.password,
    sha256: planned.sha256,
    id: formatId(host, path, alias),
    on_foreign: isKnown(planned.on_foreign) ? planned.on_foreign : "refuse",
    generation: isKnown(planned.generation) ? planned.generation : UNKNOWN_GENERATION,
  };
}

/** The state as the host has it; undefined where the entry is gone. */
export async function refreshEntry<S extends EntryState>(
  state: S,
  kind: DeclaredEntry["kind"],
  context: CallContext,
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
      if (sha256 === state.sha256) return { ...state, owner, content };
      return { ...state, owner, content, sha256, ...describeEntry(located.entry) };
    }
    default:
      return located satisfies never;
  }
}

/** Refuses at plan a destroy that cannot be carried out; a store that is gone needs none. */
export async function foreseeEntryDestroy({ host, path }: EntryState): Promise<void> {
  if (await (await openSession(host, path)).exists()) await foreseeWritable({ host, path });
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
): Promise<EntryState & { readonly keyPassword: string | null }> {
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
    ...row,
  };
}

/** A row of version 0 in the words of this one. */
export function upgradeEntry(
  state: UpgradeOf<typeof entryAttributes>,
  kind: DeclaredEntry["kind"],
): EntryState {
  const alias = state.alias ?? "";
  const sha256 = state.sha256 ?? "";
  const host = relocate(state.host ?? "");
  const path = state.path ?? "";
  return {
    ...upgradedRow(claimIdOfVersion1(kind === "anchor" ? { kind, alias, sha256 } : { kind: "key", alias })),
    id: formatId(host, path, alias),
    host,
    path,
    password: relocate(state.password ?? ""),
    alias,
    sha256,
    artifact: state.artifact ?? "",
    subject: state.subject ?? "",
    not_after: state.not_after ?? "",
    on_foreign: state.on_foreign ?? "refuse",
    generation: state.generation ?? UNKNOWN_GENERATION,
  };
}

/** Refusals that name the store, the alias and the ways out. */
function refusalsOf(
  { typeName, keyPassword }: EntryKind,
  { password, ...place }: EntryAddress & { readonly sha256: string },
  onForeign: string | Unknown,
): PlacementRefusals & UpdateRefusals {
  const { host, path, alias, sha256 } = place;
  const importing = () => {
    const secrets = [
      `password=${password}`,
      ...(keyPassword === undefined ? [] : [`key_password=${keyPassword}`]),
    ];
    const id = `${formatId(host, path, alias)}?${secrets.join("&")}`;
    return importRemedy(typeName, { host, path, alias, sha256 }, id);
  };
  return {
    onForeign: (existing) => {
      if (!isKnown(onForeign) || onForeign === "replace") return;
      throw foreignEntry(path, alias, describeFound(existing), importing());
    },
    onOthers: (existing, owners) => {
      throw ownedByOthers(`${path}: "${alias}"`, describeFound(existing), owners);
    },
    onLost: (existing) => {
      const { owner } = providerConfiguration();
      throw lostClaim(`${path}: "${alias}"`, describeFound(existing), owner, importing());
    },
    onDrift: (existing) => {
      throw drifted(`${path}: "${alias}"`, existing === undefined ? "not there" : describeFound(existing));
    },
    onShared: (owners) => {
      throw sharedContent(`${path}: "${alias}"`, owners);
    },
  };
}

/** A store that does not open is told by the apply, which knows whether its artifact does. */
function leaveToApply(error: unknown): StoreDraft {
  if (error instanceof StoreError) return { ownership: noOwnership };
  throw error;
}

/** The content that will be delivered, where the artifact and what opens it are at hand at plan. */
async function deliveredContent(planned: Plan<EntryState>): Promise<string | undefined> {
  const { artifact, password: reference, alias, sha256 } = planned;
  if (!isKnown(artifact) || !isKnown(reference) || !isKnown(alias) || !isKnown(sha256)) return undefined;
  const password = artifact === "" ? undefined : secretIfAtHand(reference);
  if (password === undefined) return undefined;
  try {
    const entry = findEntry(await readArtifactStore(artifact, password), alias);
    return entry !== undefined && fingerprintOf(entry) === sha256 ? contentOf(entry) : undefined;
  } catch (error) {
    // The apply says what is wrong with it; a plan may be made where it is not.
    if (error instanceof TrustError) return undefined;
    throw error;
  }
}

function declaredEntry(overlay: Store, planned: PlannedEntry, kind: DeclaredEntry["kind"]): DeclaredEntry {
  const { artifact, alias, sha256 } = planned;
  const entry = findEntry(overlay, alias);
  if (entry === undefined || entry.kind !== kind) {
    const found = entry === undefined ? "missing" : describeFound(entry);
    throw artifactStale(artifact, `entry "${alias}"`, kind === "anchor" ? "a certificate" : "a key", found);
  }
  const found = fingerprintOf(entry);
  if (found !== sha256) throw artifactStale(artifact, `fingerprint of "${alias}"`, sha256, String(found));
  return entry;
}

/** The key of an identity, once it is certain that it opens and belongs to its certificate. */
function openedKey(entry: DeclaredEntry, artifact: string, keyPassword: Secret): Buffer | undefined {
  if (entry.kind === "anchor") return undefined;
  const key = inStore(artifact, keyPassword.reference, () => openKey(entry, keyPassword.value));
  const leaf = certificateOf(entry);
  if (leaf === undefined || !publicKeyMatches(parseCertificate(leaf), key)) {
    throw artifactStale(artifact, `key of "${entry.alias}"`, "the one of its certificate", "another one");
  }
  return key;
}

/** The entry as the target store can hold it: sealed as it is where both encrypt alike, else to be sealed there. */
function fitEntry(
  entry: DeclaredEntry,
  overlay: Store,
  target: Store,
  key: Buffer | undefined,
  keyPassword: string | undefined,
): DeclaredEntry {
  if (overlay.profile === target.profile) return entry;
  const { extra: _, ...rest } = entry;
  const carried = overlay.format === target.format ? entry : rest;
  if (carried.kind === "anchor" || key === undefined) return carried;
  const clear = { kind: "clear" as const, pkcs8: key };
  return { ...carried, key: keyPassword === undefined ? clear : { ...clear, password: keyPassword } };
}

function holdsSame(existing: DeclaredEntry, entry: DeclaredEntry, keyPassword: string): boolean {
  if (existing.kind === "anchor") {
    return entry.kind === "anchor" && Buffer.compare(existing.certificate, entry.certificate) === 0;
  }
  if (entry.kind === "anchor" || !isSameChain(existing.chain, entry.chain)) return false;
  try {
    const [leaf] = existing.chain;
    return leaf !== undefined && publicKeyMatches(parseCertificate(leaf), openKey(existing, keyPassword));
  } catch (error) {
    // A key that the declared password does not open is another one for whoever declared it.
    if (error instanceof StoreError) return false;
    throw error;
  }
}

function isSameChain(left: readonly Uint8Array[], right: readonly Uint8Array[]): boolean {
  return (
    left.length === right.length && left.every((der, index) => Buffer.compare(der, right[index] ?? der) === 0)
  );
}

function describeEntry(entry: DeclaredEntry): Pick<EntryState, "subject" | "not_after"> {
  const certificate = certificateOf(entry);
  if (certificate === undefined) return { subject: "", not_after: "" };
  const { subject, notAfter } = summarise(parseCertificate(certificate));
  return { subject, not_after: notAfter };
}

function describeFound(entry: StoreEntry): string {
  if (entry.kind === "secret") return "a secret key";
  const { subject } = describeEntry(entry);
  return `${entry.kind === "anchor" ? "the certificate" : "a key with the certificate"} ${subject}`;
}

/** A subject or a date that contradicts the certificate would be a difference for ever. */
function requireAgreement(planned: PlannedEntry, found: Pick<EntryState, "subject" | "not_after">): void {
  for (const name of ["subject", "not_after"] as const) {
    const declared = planned[name];
    if (isKnown(declared) && declared !== found[name]) {
      throw artifactStale(planned.artifact, `${name} of "${planned.alias}"`, declared, found[name]);
    }
  }
}
