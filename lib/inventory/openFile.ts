import { checkDates, checkKeyStrength, checkStore } from "../check";
import { type DetectedFormat, detectFormat, type Store, type StoreEntry, StoreError } from "../keystore";
import type { Finding } from "../model";
import {
  type Certificate,
  certificatesFromFile,
  isPublicRoot,
  parsed,
  PkiError,
  readPem,
  summarise,
} from "../pki";
import { finding, refusal } from "../rules";
import type { InventoryEntry, InventoryFile } from "./inventory";
import { type GivenPassword, openWithAny } from "./passwords";

/** What a file turned out to hold. */
export interface Opened extends Pick<InventoryFile, "format" | "profile" | "password" | "findings"> {
  readonly entries: readonly OpenedEntry[];
}

/** An entry with its certificates as they were read. */
export interface OpenedEntry {
  readonly entry: InventoryEntry;
  /** The leaf first. */
  readonly certificates: readonly Certificate[];
}

export interface OpenOptions {
  readonly passwords: readonly GivenPassword[];
  readonly now: Date;
  /** How soon an end counts. */
  readonly expiringWithinDays: number;
}

/** Reads a file of whatever kind; what cannot be read is a finding, never an error. */
export function openFile(path: string, bytes: Uint8Array, options: OpenOptions): Opened {
  const format = detectFormat(bytes);
  if (format === "pem") return { format, ...openPem(bytes, options) };
  if (format === "certificate" || format === "pkcs7") return { format, ...openCertificates(bytes, options) };
  if (format === "private-key" || format === "encrypted-private-key")
    return { format, entries: [keyEntry(1, format === "private-key")], findings: [] };
  // Of what is no store, reading it says what it is.
  return openStore(path, bytes, format, options);
}

function openStore(path: string, bytes: Uint8Array, format: DetectedFormat, options: OpenOptions): Opened {
  try {
    const { store, password, value } = openWithAny(bytes, path, options.passwords);
    const found = checkStore(store, { ...options, password: value, fileName: path });
    const findings =
      password.kind === "unknown"
        ? [notOpened("its integrity and its keys were not checked"), ...found.filter(isKnownWithoutPassword)]
        : found;
    return {
      format,
      profile: store.profile,
      password,
      entries: store.entries.map(storeEntry(store)),
      findings,
    };
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const findings =
      error.code === "wrong-password"
        ? [notOpened("and nothing in it is visible without one")]
        : [finding("store", refusal("store-unreadable", error.message))];
    const password = error.code === "wrong-password" ? { password: { kind: "unknown" } as const } : {};
    return { format, ...password, entries: [], findings };
  }
}

/** Without the password every key looks like one that has another. */
function isKnownWithoutPassword({ rule }: Finding): boolean {
  return !["key-password-differs", "key-unreadable", "integrity-unchecked"].includes(rule);
}

function notOpened(consequence: string): Finding {
  const facts = `no password that was given, and no product's default that was tried, opens it; ${consequence}`;
  const remedy = "give its password as a reference: --password PATH=env:NAME";
  return finding("store", refusal("wrong-password", facts, remedy, "none"), "warning");
}

function storeEntry({ format }: Store): (entry: StoreEntry) => OpenedEntry {
  return (entry) => {
    const alias = format === "pkcs12" ? entry.alias.toLowerCase() : entry.alias;
    const ders = entry.kind === "anchor" ? [entry.certificate] : entry.kind === "identity" ? entry.chain : [];
    return openedEntry(
      entry.kind,
      alias,
      ders.flatMap((der) => readable(der) ?? []),
    );
  };
}

function openedEntry(
  kind: InventoryEntry["kind"],
  alias: string,
  certificates: readonly Certificate[],
): OpenedEntry {
  const isTrustable = kind === "anchor" || kind === "certificate";
  const entry = {
    kind,
    alias,
    isPublicRoot: isTrustable && certificates.some(({ sha256 }) => isPublicRoot(sha256)),
    chain: certificates.map(summarise),
  };
  return { entry, certificates };
}

/** Undefined where it cannot be read, which the rules say. */
function readable(der: Uint8Array): Certificate | undefined {
  try {
    const certificate = parsed(der);
    summarise(certificate);
    return certificate;
  } catch (error) {
    if (error instanceof PkiError) return undefined;
    throw error;
  }
}

function openCertificates(bytes: Uint8Array, options: OpenOptions): Pick<Opened, "entries" | "findings"> {
  try {
    const certificates = certificatesFromFile(bytes);
    return {
      entries: certificates.map((certificate, index) =>
        openedEntry("certificate", String(index + 1), [certificate]),
      ),
      findings: certificates.flatMap((certificate, index) =>
        checkCertificate(index + 1, certificate, options),
      ),
    };
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    return { entries: [], findings: [unreadableBlock(1, error)] };
  }
}

function openPem(bytes: Uint8Array, options: OpenOptions): Pick<Opened, "entries" | "findings"> {
  const entries: OpenedEntry[] = [];
  const findings: Finding[] = [];
  try {
    for (const [index, { label, headers, text }] of readPem(
      Buffer.from(bytes).toString("latin1"),
    ).entries()) {
      const place = index + 1;
      // Nobody speaks TLS with a key of SSH.
      if (label === "OPENSSH PRIVATE KEY") continue;
      if (label.endsWith("PRIVATE KEY")) {
        const isEncrypted = label.startsWith("ENCRYPTED") || /Proc-Type:\s*4,\s*ENCRYPTED/.test(headers);
        entries.push(keyEntry(place, !isEncrypted));
      } else if (/CERTIFICATE$|PKCS7|CMS|PKCS #7/.test(label)) {
        const opened = openCertificates(Buffer.from(text, "latin1"), options);
        entries.push(
          ...opened.entries.map(({ entry, certificates }) => ({
            entry: { ...entry, alias: String(place) },
            certificates,
          })),
        );
        findings.push(...opened.findings.map((found) => ({ ...found, subject: String(place) })));
      }
    }
  } catch (error) {
    if (!(error instanceof PkiError)) throw error;
    findings.push(unreadableBlock(entries.length + 1, error));
  }
  return { entries, findings };
}

function unreadableBlock(place: number, error: PkiError): Finding {
  const facts = `a certificate cannot be read: ${error.message}`;
  return finding(String(place), refusal("certificate-unreadable", facts));
}

function keyEntry(place: number, isPlainKey: boolean): OpenedEntry {
  const entry = { kind: "key", alias: String(place), isPublicRoot: false, isPlainKey, chain: [] } as const;
  return { entry, certificates: [] };
}

function checkCertificate(
  place: number,
  certificate: Certificate,
  { now, expiringWithinDays }: OpenOptions,
): Finding[] {
  const dates = checkDates(certificate, now, expiringWithinDays);
  return [
    ...(dates === undefined ? [] : [finding(String(place), dates, "warning")]),
    ...checkKeyStrength(certificate).map((reason) => finding(String(place), reason)),
  ];
}
