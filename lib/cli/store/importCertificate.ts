import { basename, extname } from "node:path";

import {
  entryToReplace,
  invalidStore,
  setEntry,
  type AnchorEntry,
  type Store,
  type StoreEntry,
} from "../../keystore";
import { certificatesFromFile, type Certificate } from "../../pki";
import { UsageError } from "../errors";
import type { CliIo, ExitCode } from "../io";
import { reportChange } from "./report";
import { type GivenPassword, declaredReader, type ProfileOptions } from "./options";
import { readInput } from "../readInput";
import { changeStoreFile, inFile, targetStore, secretOf } from "./storeFile";

export interface ImportCertificateOptions extends ProfileOptions {
  readonly alias?: string;
  readonly password?: GivenPassword;
  readonly replace: boolean;
  readonly json: boolean;
}

/** Puts certificates that are to be trusted into a store: one file or a thousand, in one change. */
export async function importCertificates(
  io: CliIo,
  file: string,
  sources: readonly string[],
  options: ImportCertificateOptions,
): Promise<ExitCode> {
  const password = secretOf(io, options.password);
  const anchors = sources.flatMap((source) => readAnchors(io, source, options.alias));
  if (options.alias !== undefined && sources.length > 1) {
    throw new UsageError(
      "--alias names one certificate file; leave it out, and each is called after its file",
    );
  }
  const aliases: string[] = [];
  const passwords = { before: password, after: password, ...declaredReader(options) };
  const change = await changeStoreFile(io, file, passwords, (store) => {
    let edited = targetStore(store, file, options);
    for (const anchor of anchors) {
      const placed = placeAnchor(edited, anchor, options.replace);
      if (placed !== edited) aliases.push(anchor.alias);
      edited = placed;
    }
    return edited;
  });
  return reportChange(io, change, { set: aliases }, options.json);
}

function readAnchors(io: CliIo, source: string, alias: string | undefined): AnchorEntry[] {
  const bytes = readInput(io, source);
  const certificates = inFile(source, () => certificatesFromFile(bytes));
  const name = alias ?? basename(source, extname(source));
  return certificates.map((certificate, index) =>
    toAnchor(certificate, certificates.length === 1 ? name : `${name}-${index + 1}`),
  );
}

/** Dated by the certificate, so that importing it again gives the same store. */
function toAnchor(certificate: Certificate, alias: string): AnchorEntry {
  return { kind: "anchor", alias, createdMs: certificate.notBefore.getTime(), certificate: certificate.der };
}

function placeAnchor(store: Store, anchor: AnchorEntry, replace: boolean): Store {
  const occupant = entryToReplace(store, anchor.alias);
  if (occupant !== undefined && isSameAnchor(occupant, anchor)) return store;
  if (occupant !== undefined && !replace) {
    throw invalidStore(
      `"${anchor.alias}" is taken by ${occupant.kind === "anchor" ? "another certificate" : `an entry of the kind ${occupant.kind}`}; choose another --alias, or --replace it`,
    );
  }
  return setEntry(store, anchor);
}

function isSameAnchor(entry: StoreEntry, anchor: AnchorEntry): boolean {
  return entry.kind === "anchor" && Buffer.from(entry.certificate).equals(anchor.certificate);
}
