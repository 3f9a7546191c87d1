import { parseCertificate, publicKeyMatches, summarise } from "../../pki";
import { findEntry, openKey, type Store, type StoreEntry, StoreError } from "../../keystore";
import { readArtifactStore } from "../artifact";
import {
  adoptEntry,
  certificateOf,
  type DeclaredEntry,
  fingerprintOf,
  locateEntry,
  placeEntry,
  withdrawEntry,
} from "../entryPlacement";
import { artifactStale, badImportId, foreignEntry, inStore, previousTaken, storeMissing } from "../errors";
import { formatId, oneOf, parseImportId, storeAttributes, storeChecks } from "../location";
import { type CallContext, computed, defaulted, discovered, isKnown, required, Unknown } from "../protocol";
import { type Secret, secret, secretForRefresh } from "../secrets";
import { openSession } from "../storeSession";

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
};

export const entryChecks = {
  ...storeChecks,
  alias: (alias: string) => {
    if (alias.trim() === "") throw new RangeError("An alias cannot be empty.");
  },
  sha256: (hash: string) => {
    if (/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(hash)) return;
    throw new RangeError(
      `"${hash}" is not a SHA-256 fingerprint as keytool prints it: AB:CD:…, in capitals.`,
    );
  },
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
export interface EntryState extends EntryAddress {
  readonly id: string;
  readonly artifact: string;
  readonly sha256: string;
  readonly subject: string;
  readonly not_after: string;
  readonly on_foreign: string;
}

/** What both kinds of entries are asked to be. */
export interface PlannedEntry extends EntryAddress {
  readonly artifact: string;
  readonly sha256: string;
  readonly subject: string | Unknown;
  readonly not_after: string | Unknown;
  readonly on_foreign: string | Unknown;
}

/** What makes the two kinds of entries differ. */
export interface EntryKind {
  readonly kind: DeclaredEntry["kind"];
  /** Password of the key; the store's where none is declared. */
  readonly keyPassword?: string;
  /** Whether it takes the place of whatever is under its alias: an update. */
  readonly takesPlace: boolean;
}

type Plan<T> = { readonly [K in keyof T]: T[K] | Unknown };

/** What a plan can say already; what the certificate says is open again when there will be another one. */
export function planEntry(
  planned: Plan<Pick<EntryState, "host" | "path" | "alias" | "sha256">>,
  prior: EntryState | undefined,
  config: { readonly subject: string | Unknown | null; readonly not_after: string | Unknown | null },
): Partial<Plan<EntryState>> {
  const { host, path, alias } = planned;
  const id = isKnown(host) && isKnown(path) && isKnown(alias) ? { id: formatId(host, path, alias) } : {};
  if (prior === undefined || planned.sha256 === prior.sha256) return id;
  return {
    ...id,
    ...(config.subject === null ? { subject: Unknown.value } : {}),
    ...(config.not_after === null ? { not_after: Unknown.value } : {}),
  };
}

/** Delivers an entry from its artifact into the store, or adopts the one that is there. */
export async function deliverEntry(planned: PlannedEntry, kind: EntryKind): Promise<EntryState> {
  const { host, path, alias, artifact } = planned;
  const password = secret(planned.password);
  const keyPassword = kind.keyPassword === undefined ? password : secret(kind.keyPassword);
  const overlay = await readArtifactStore(artifact, password);
  const entry = declaredEntry(overlay, planned, kind.kind);
  const key = entry.kind === "identity" ? openedKey(entry, artifact, keyPassword) : undefined;
  const described = describeEntry(entry);
  requireAgreement(planned, described);

  const session = await openSession(host, path);
  await session.change(password, ({ store, ownership }) => {
    if (store === undefined) throw storeMissing(path);
    const fitting = fitEntry(
      { ...entry, alias },
      overlay,
      store,
      key,
      keyPassword.value === password.value ? undefined : keyPassword.value,
    );
    return placeEntry({ store, ownership }, fitting, {
      takesPlace: kind.takesPlace,
      isSame: (existing) => holdsSame(existing, entry, keyPassword.value),
      onForeign: (existing) => {
        if (planned.on_foreign === "replace") return;
        const importId = `${formatId(host, path, alias)}?password=${planned.password}`;
        throw foreignEntry(path, alias, describeFound(existing), importId);
      },
      onPreviousTaken: (taken) => {
        throw previousTaken(path, taken);
      },
    });
  });
  return {
    ...described,
    host,
    path,
    alias,
    artifact,
    password: planned.password,
    sha256: planned.sha256,
    id: formatId(host, path, alias),
    on_foreign: isKnown(planned.on_foreign) ? planned.on_foreign : "refuse",
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
  const located = locateEntry(await session.read(password), kind, state.alias, state.sha256);
  if (located === undefined) return undefined;
  const sha256 = fingerprintOf(located.entry);
  if (sha256 === undefined || sha256 === state.sha256) return state;
  return { ...state, sha256, ...describeEntry(located.entry) };
}

/** Takes an entry of ours out of its store; what somebody else has put there since stays. */
export async function destroyEntry(state: EntryState, context: CallContext): Promise<void> {
  const { path, alias, sha256 } = state;
  const session = await openSession(state.host, path);
  if (!(await session.exists())) {
    context.warn(`${path} was gone already`, "There was nothing to remove.");
    return;
  }
  await session.change(secret(state.password), async ({ store, ownership }, { readOriginalStore }) => {
    if (store === undefined) return { ownership };
    const { draft, removal } = await withdrawEntry({ store, ownership }, alias, sha256, readOriginalStore);
    if (removal === "not-ours") {
      context.warn(
        `"${alias}" was left in ${path}`,
        "Somebody has put another entry there since. Remove it with keytool -delete if nobody needs it.",
      );
    }
    if (removal === "not-restored") {
      context.warn(
        `What "${alias}" had displaced in ${path} could not be put back`,
        `It is not in ${path}.orig, or that does not open with the store's password. Look for it in the backups there.`,
      );
    }
    return draft;
  });
}

/** A first state of an entry that a person takes over, and the claim to it in the record beside the store. */
export async function importEntry(
  id: string,
  kind: DeclaredEntry["kind"],
): Promise<EntryState & { readonly keyPassword: string | null }> {
  const form = "HOST:PATH#ALIAS?password=env:NAME";
  const { host, path, alias, password, keyPassword } = parseImportId(id, form);
  if (alias === undefined || password === undefined) throw badImportId(id, form);
  const session = await openSession(host, path);
  await session.change(secret(password), (draft) => adoptEntry(draft, kind, alias));
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
  };
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
