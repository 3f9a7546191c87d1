import type { InventoryEntry, InventoryFile, Use } from "../../../inventory";
import { PROFILES } from "../../../keystore";
import type { SecretReference, StoreProfile } from "../../../model";
import { isPlainPath } from "../../../text";

/** A store that can be declared, with what of it can be. */
export interface AdoptableStore {
  readonly host: string;
  readonly path: string;
  readonly profile: StoreProfile;
  /** Undefined where a known default opens it, which nobody may write into code. */
  readonly password: SecretReference | undefined;
  readonly anchors: readonly InventoryEntry[];
  readonly served: readonly ServedIdentity[];
  readonly file: InventoryFile;
}

/** An identity that a configuration says where it is served. */
export interface ServedIdentity {
  readonly entry: InventoryEntry;
  readonly use: Use & { readonly listener: NonNullable<Use["listener"]> };
}

/** What is not declared, and why. */
export interface LeftOut {
  readonly host: string;
  readonly path: string;
  readonly alias?: string;
  readonly reason: string;
}

export interface Selection {
  readonly stores: readonly AdoptableStore[];
  readonly leftOut: readonly LeftOut[];
}

/** Owners of what is claimed in a file already, by kind and alias (`anchor partner-root`). */
export type ClaimedIn = (host: string, path: string) => ReadonlyMap<string, string>;

/** Decides what of the files of a host is declared; what is not is named with the reason. */
export function selectFrom(host: string, files: readonly InventoryFile[], claimedIn: ClaimedIn): Selection {
  const stores: AdoptableStore[] = [];
  const leftOut: LeftOut[] = [];
  for (const file of files) {
    const reason = reasonAgainstFile(file);
    if (reason !== undefined) {
      leftOut.push({ host, path: file.path, reason });
      continue;
    }
    const claimed = claimedIn(host, file.path);
    const kept = file.entries.filter((entry) => {
      const against = reasonAgainst(file, entry, claimed);
      if (against !== undefined) leftOut.push({ host, path: file.path, alias: entry.alias, reason: against });
      return against === undefined;
    });
    const roots = file.entries.filter(({ isPublicRoot }) => isPublicRoot).length;
    if (roots > 0)
      leftOut.push({ host, path: file.path, reason: `${roots} public roots stay the product's` });
    const anchors = kept.filter(({ kind, isPublicRoot }) => kind === "anchor" && !isPublicRoot);
    const served = servedFrom(file, kept);
    if (anchors.length + served.length === 0) continue;
    const { password } = file;
    stores.push({
      host,
      path: file.path,
      profile: profileOf(file),
      password: password?.kind === "reference" ? password.reference : undefined,
      anchors,
      served,
      file,
    });
  }
  return { stores, leftOut };
}

function reasonAgainstFile({ path, format, password, findings }: InventoryFile): string | undefined {
  if (format !== "jks" && format !== "pkcs12") return `${format} is no format that a Keystore is declared in`;
  if (!isPlainPath(path) || /[#?]/.test(path))
    return "its path holds characters that no declaration may have";
  if (password?.kind === "none") return "it has no password, and a Keystore is declared with one";
  if (password?.kind === "unknown") return "nothing that was given opens it";
  const unreadable = findings.find(({ rule }) => ["store-unreadable", "java-unreadable"].includes(rule));
  return unreadable?.message;
}

function reasonAgainst(
  file: InventoryFile,
  entry: InventoryEntry,
  claimed: ReadonlyMap<string, string>,
): string | undefined {
  const { alias, kind, isPublicRoot } = entry;
  const owner = claimed.get(`${kind === "identity" ? "key" : kind} ${alias.toLowerCase()}`);
  if (owner !== undefined) return `${owner} declares it already`;
  // Told once for all of them.
  if (isPublicRoot) return undefined;
  if (kind === "secret") return "secret keys are not declared";
  if (alias.trim() === "" || /[\p{Cc}?#]/u.test(alias))
    return "its alias holds characters that no declaration may have";
  const found = file.findings.find(
    ({ subject, level, rule }) =>
      subject === alias && (level === "error" || rule === "expired" || rule === "not-yet-valid"),
  );
  if (found !== undefined) return found.message;
  if (kind !== "identity") return undefined;
  return servedFrom(file, [entry]).length > 0
    ? undefined
    : "no configuration that was read says where it is served; declare an HttpsCallbackEndpoint with its names and port";
}

/** Of several listeners the one with the lowest port: a key has one owner. */
function servedFrom(file: InventoryFile, entries: readonly InventoryEntry[]): ServedIdentity[] {
  const identities = file.entries.filter(({ kind }) => kind === "identity");
  const listening = file.usedBy
    .flatMap((use) =>
      use.as === "keystore" && use.listener !== undefined ? [{ ...use, listener: use.listener }] : [],
    )
    .sort((one, other) => one.listener.port - other.listener.port);
  return entries
    .filter(({ kind }) => kind === "identity")
    .flatMap((entry) => {
      const use = listening.find(({ alias }) =>
        alias === undefined ? identities.length === 1 : alias.toLowerCase() === entry.alias.toLowerCase(),
      );
      return use === undefined || namesOf(entry, use).length === 0 ? [] : [{ entry, use }];
    });
}

/** What clients call the server by: as its configuration says, else as its certificate does. */
export function namesOf({ chain: [leaf] }: InventoryEntry, { listener }: ServedIdentity["use"]): string[] {
  const [commonName] = /(?<=^CN=)[\w.-]+(?=,|$)/.exec(leaf?.subject ?? "") ?? [];
  const certified = (leaf?.subjectAltNames ?? [])
    .filter(({ kind }) => kind === "dns" || kind === "ip")
    .map(({ value }) => value)
    .filter((name) => /^[\w.:-]+$/.test(name));
  const given = listener.names.filter((name) => /^[\w.-]+$/.test(name));
  const names =
    given.length > 0
      ? given
      : certified.length > 0
        ? certified
        : commonName === undefined
          ? []
          : [commonName];
  return [...new Set(names)];
}

/** A store that is there keeps its encryption, so that of another era its format is enough. */
function profileOf({ profile, format }: InventoryFile): StoreProfile {
  if (profile !== undefined && Object.hasOwn(PROFILES, profile)) return profile as StoreProfile;
  return format === "jks" ? "jks" : "modern";
}
