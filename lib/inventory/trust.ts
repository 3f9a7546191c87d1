import { groupBy } from "../model/groupBy";
import { type Certificate, orderChain } from "../pki";
import type { CertificateSummary } from "../model";
import type { EntryPlace, HostInventory, InventoryEntry, InventoryFile, TrustedParty } from "./inventory";

/** The certificates of an entry as they were read, the leaf first. */
export type CertificatesOf = (entry: InventoryEntry) => readonly Certificate[];

interface PlacedEntry extends EntryPlace {
  readonly file: InventoryFile;
  readonly entry: InventoryEntry;
}

/**
 * For each certificate that is trusted somewhere, but for public roots that accept none of them, the identities that were
 * found and that it accepts, by subject. A certificate in PEM is trusted where a configuration says so; it counts as the
 * identity of whoever presents it where one says that, or a key lies in the same file.
 */
export function whoTrustsWhom(
  hosts: readonly HostInventory[],
  certificatesOf: CertificatesOf,
): TrustedParty[] {
  const placed = hosts.flatMap(({ host, files }) =>
    files.flatMap((file) =>
      file.entries.map((entry): PlacedEntry => ({ host, path: file.path, alias: entry.alias, file, entry })),
    ),
  );
  const identities = placed.filter(isIdentity).map((one) => ({
    ...placeOf(one),
    subject: one.entry.chain[0]?.subject ?? "",
    chain: certificatesOf(one.entry),
  }));
  const trusted = placed.filter(isTrusted);
  const parties = groupBy(trusted, ({ entry }) => entry.chain[0]?.sha256 ?? "");
  return [...parties.values()]
    .flatMap((same): TrustedParty[] => {
      const [first] = same;
      const summary = first?.entry.chain[0];
      if (first === undefined || summary === undefined) return [];
      const [anchor] = certificatesOf(first.entry);
      const accepts =
        anchor === undefined
          ? []
          : identities
              .filter(({ chain }) => isAccepted(chain, anchor))
              .map(({ host, path, alias, subject }) => ({ host, path, alias, subject }))
              .sort(byPlace);
      if (accepts.length === 0 && first.entry.isPublicRoot) return [];
      return [{ ...partyOf(summary), trustedIn: same.map(placeOf).sort(byPlace), accepts }];
    })
    .sort((one, other) => compare(one.subject, other.subject) || compare(one.sha256, other.sha256));
}

function isIdentity({ file, entry }: PlacedEntry): boolean {
  if (entry.kind === "identity") return true;
  if (entry.kind !== "certificate") return false;
  const isFirst = file.entries.find(({ kind }) => kind === "certificate") === entry;
  const isPresented = file.usedBy.some(({ as }) => as === "certificate");
  return isFirst && (isPresented || file.entries.some(({ kind }) => kind === "key"));
}

function isTrusted({ file, entry }: PlacedEntry): boolean {
  if (entry.kind === "anchor") return true;
  return (
    entry.kind === "certificate" &&
    file.usedBy.some(({ as }) => as === "client authorities" || as === "truststore")
  );
}

/** Whether the anchor is in the chain of what is presented, or has signed its end. */
function isAccepted(chain: readonly Certificate[], anchor: Certificate): boolean {
  const [leaf] = chain;
  if (leaf === undefined) return false;
  const ordered = orderChain(leaf, [...chain, anchor]);
  return ordered.some(({ sha256 }) => sha256 === anchor.sha256);
}

function partyOf({
  subject,
  serialNumber,
  sha256,
}: CertificateSummary): Pick<TrustedParty, "subject" | "sha256"> {
  return { subject: subject === "" ? `serial number ${serialNumber}` : subject, sha256 };
}

function placeOf({ host, path, alias }: EntryPlace): EntryPlace {
  return { host, path, alias };
}

function byPlace(one: EntryPlace, other: EntryPlace): number {
  return compare(one.host, other.host) || compare(one.path, other.path) || compare(one.alias, other.alias);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
