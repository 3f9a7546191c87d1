import { parseCertificate, summarise } from "../../pki";
import type { Store, StoreEntry } from "../../keystore";
import type { CertificateSummary } from "../../model";
import { day } from "../../model/day";
import { type CliIo, type ExitCode, printJson, printLines, printText } from "../io";
import type { GivenPassword } from "./options";
import { inFile, openStoreFile, secretOf } from "./storeFile";

export interface ListOptions {
  readonly password?: GivenPassword;
  readonly json: boolean;
}

/** What `store list --json` prints. */
export interface StoreListing {
  readonly file: string;
  readonly format: string;
  readonly profile: string;
  readonly integrity: string;
  readonly entries: readonly EntryListing[];
}

export interface EntryListing {
  /** As keytool prints it: from PKCS12 in lower case, however the file spells it. */
  readonly alias: string;
  readonly kind: StoreEntry["kind"];
  /** ISO 8601, UTC; null where the store keeps no date. */
  readonly created: string | null;
  /** Of the (leaf) certificate; null for a secret key. */
  readonly keyAlgorithm: string | null;
  readonly chain: readonly Omit<CertificateSummary, "keyAlgorithm">[];
}

/** Lists what a store holds. */
export async function listStore(io: CliIo, file: string, options: ListOptions): Promise<ExitCode> {
  const store = openStoreFile(io, file, secretOf(io, options.password));
  const { format, profile, integrity } = store;
  const entries = store.entries.map((entry) => inFile(file, () => listEntry(entry, format)));
  if (options.json) {
    printJson(io, { file, format, profile, integrity, entries } satisfies StoreListing);
    return 0;
  }
  const count = entries.length === 1 ? "1 entry" : `${entries.length} entries`;
  printLines(io, `${file}: ${format} (${profile}), integrity ${integrity}, ${count}`);
  if (entries.length > 0) await printTable(io, entries);
  return 0;
}

function listEntry(entry: StoreEntry, format: Store["format"]): EntryListing {
  const created = entry.createdMs === undefined ? null : new Date(entry.createdMs).toISOString();
  const alias = format === "pkcs12" ? entry.alias.toLowerCase() : entry.alias;
  const base = { alias, kind: entry.kind, created };
  if (entry.kind === "secret") return { ...base, keyAlgorithm: null, chain: [] };
  const ders = entry.kind === "identity" ? entry.chain : [entry.certificate];
  const summaries = ders.map((der) => summarise(parseCertificate(der)));
  return { ...base, keyAlgorithm: summaries[0]?.keyAlgorithm ?? null, chain: summaries.map(withoutKey) };
}

function withoutKey(certificate: CertificateSummary): EntryListing["chain"][number] {
  const { subject, issuer, serialNumber, notBefore, notAfter, sha1, sha256, subjectAltNames } = certificate;
  return { subject, issuer, serialNumber, notBefore, notAfter, sha1, sha256, subjectAltNames };
}

async function printTable(io: CliIo, entries: readonly EntryListing[]): Promise<void> {
  // Tools that read JSON need no table, and its library takes longer to load than the store.
  const { formatTable } = await import("../table");
  const rows = entries.map(({ alias, kind, keyAlgorithm, chain: [leaf] }) => [
    alias,
    kind,
    keyAlgorithm ?? "",
    leaf === undefined ? "" : day(leaf.notAfter),
    leaf?.subject ?? "",
    leaf?.sha256 ?? "",
  ]);
  printText(io, formatTable(["alias", "kind", "key", "expires", "subject", "SHA-256"], rows));
}
