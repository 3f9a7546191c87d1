import { createHash } from "node:crypto";
import { type IdentityEntry, detectFormat, findNamedEntry, openKey, readStore } from "../keystore";
import {
  type CertificateOnlyRequest,
  type ImportedIdentityRequest,
  type SecretReference,
  TrustError,
} from "../model";
import {
  type Certificate,
  certificatesFromFile,
  orderChain,
  parseCertificate,
  publicKeyMatches,
  readPrivateKey,
} from "../pki";
import { cannotPin, unusableFile } from "./errors";
import type { IdentityMaterial } from "./material";
import { findRoot } from "./observedAnchor";

/** Reads a file that the plan names, relative to the project's root; undefined where it is missing. */
export type FileReader = (path: string) => Uint8Array | undefined;

export interface ImportOptions {
  readonly readFile: FileReader;
  readonly resolveSecret: (reference: SecretReference) => string;
}

/**
 * Takes key and chain of an identity out of PKCS12, JKS or PEM files. Later synths need neither the files
 * nor their password. A root that the files leave out is looked for among the public ones.
 *
 * @throws LockError `cannot-pin` naming the file, and what to do
 */
export function importIdentity(
  id: string,
  request: ImportedIdentityRequest,
  options: ImportOptions,
): IdentityMaterial {
  try {
    // Another tool may renew the files while they are read.
    const before = digested(request, options.readFile);
    const material = readImported(request, options);
    if (digested(request, options.readFile).file !== before.file) {
      throw unusableFile(request.file, "it was changed while it was read; run again");
    }
    return { ...material, ...before };
  } catch (error) {
    throw cannotPin(id, error);
  }
}

function readImported(request: ImportedIdentityRequest, options: ImportOptions): IdentityMaterial {
  const bytes = required(request.file, options.readFile);
  const format = detectFormat(bytes);
  const isStore = format === "jks" || format === "jceks" || format === "pkcs12";
  const { pkcs8, certificates } = isStore
    ? fromStore(bytes, request, options)
    : fromCertificatesAndKey(bytes, request, options);
  const leaf = certificates.find((certificate) => publicKeyMatches(certificate, pkcs8));
  if (leaf === undefined) {
    throw unusableFile(
      request.file,
      "none of the certificates belongs to the private key; where another tool renews both, it may be between the two: " +
        "run again once it is done",
    );
  }
  if (request.isAuthority === true) requireAuthority(request.file, leaf);
  const { chain } = chained(leaf, [...certificates, ...issuersOf(request, options)]).certificates;
  const root = findRoot(chain, []);
  const isInChain = "anchor" in root && Buffer.compare(root.anchor, chain.at(-1) ?? Buffer.of()) === 0;
  return {
    pkcs8,
    certificates: { chain, ...("anchor" in root && !isInChain ? { anchor: root.anchor } : {}) },
  };
}

function issuersOf(
  { chainFile }: ImportedIdentityRequest,
  { readFile }: ImportOptions,
): readonly Certificate[] {
  if (chainFile === undefined) return [];
  const bytes = required(chainFile, readFile);
  return inFile(chainFile, () => certificatesFromFile(bytes));
}

/** Whoever checks a chain refuses what another certificate issues (RFC 5280, 6.1.4). */
function requireAuthority(file: string, certificate: Certificate): void {
  const { basicConstraints, keyUsage } = certificate;
  if (basicConstraints?.ca === true && (keyUsage?.includes("keyCertSign") ?? true)) return;
  throw unusableFile(file, `${certificate.toString()} is no authority: it may not issue certificates`);
}

/**
 * Reads what a partner sent so that it can be trusted: one certificate, or a leaf with its issuers.
 *
 * @throws LockError `cannot-pin` naming the file, and what to do
 */
export function readPartnerCertificate(
  id: string,
  request: CertificateOnlyRequest,
  { readFile }: ImportOptions,
): IdentityMaterial {
  try {
    const { file, pem } = request;
    const bytes = pem === undefined ? required(file, readFile) : Buffer.from(pem);
    const certificates = certificatesFromFile(bytes);
    const leaf = lowest(file, certificates);
    const chain = orderChain(leaf, certificates);
    const unrelated = certificates.filter(({ sha256 }) => chain.every((member) => member.sha256 !== sha256));
    if (unrelated.length > 0) {
      throw unusableFile(
        file,
        `the certificates belong to several chains: ${unrelated.map(String).join("; ")} ` +
          `beside ${leaf.toString()}; give each a file of its own`,
      );
    }
    return { ...chained(leaf, certificates), ...digested(request, readFile) };
  } catch (error) {
    throw cannotPin(id, error);
  }
}

/** The files of a request. */
export function filesOf(request: ImportedIdentityRequest | CertificateOnlyRequest): readonly string[] {
  if (request.kind === "certificate") return [request.file];
  return [request.file, request.keyFile, request.chainFile].filter((path) => path !== undefined);
}

/** SHA-256 of the files of a request, hexadecimal; undefined where one is missing. */
export function digestOfFile(
  request: ImportedIdentityRequest | CertificateOnlyRequest,
  readFile: FileReader,
): string | undefined {
  const hash = createHash("sha256");
  if (request.kind === "certificate" && request.pem !== undefined)
    return hash.update(request.pem).digest("hex");
  for (const path of filesOf(request)) {
    const bytes = readFile(path);
    if (bytes === undefined) return undefined;
    hash.update(createHash("sha256").update(bytes).digest());
  }
  return hash.digest("hex");
}

interface KeyWithCertificates {
  readonly pkcs8: Buffer;
  readonly certificates: readonly Certificate[];
}

function fromStore(
  bytes: Uint8Array,
  request: ImportedIdentityRequest,
  { resolveSecret }: ImportOptions,
): KeyWithCertificates {
  const { file, password, keyPassword } = request;
  if (password === undefined) throw unusableFile(file, "it is a keystore; declare its password");
  const storePassword = resolveSecret(password);
  const store = inFile(file, () => readStore(bytes, storePassword));
  const identities = store.entries.filter((entry) => entry.kind === "identity");
  const entry = chosenEntry(
    request,
    identities,
    request.alias === undefined
      ? undefined
      : findNamedEntry({ ...store, entries: identities }, request.alias),
  );
  const entryPassword = keyPassword === undefined ? storePassword : resolveSecret(keyPassword);
  return {
    pkcs8: inFile(file, () => openKey(entry, entryPassword)),
    certificates: entry.chain.map(parseCertificate),
  };
}

function chosenEntry(
  { file, alias }: ImportedIdentityRequest,
  identities: readonly IdentityEntry[],
  named: { readonly kind: string } | undefined,
): IdentityEntry {
  const aliases = identities.map((entry) => entry.alias).join(", ");
  if (alias !== undefined) {
    const entry = identities.find((candidate) => candidate === named);
    if (entry !== undefined) return entry;
    throw unusableFile(file, `there is no identity under alias "${alias}"; there is ${aliases || "none"}`);
  }
  const [only, ...others] = identities;
  if (only === undefined) throw unusableFile(file, "it holds no private key with a certificate");
  if (others.length > 0) {
    throw unusableFile(file, `it holds several identities (${aliases}); say which one by \`alias\``);
  }
  return only;
}

function fromCertificatesAndKey(
  bytes: Uint8Array,
  { file, keyFile, password, keyPassword }: ImportedIdentityRequest,
  { readFile, resolveSecret }: ImportOptions,
): KeyWithCertificates {
  const reference = keyPassword ?? password;
  const keyBytes = keyFile === undefined ? bytes : required(keyFile, readFile);
  const secret = reference === undefined ? undefined : resolveSecret(reference);
  return {
    certificates: inFile(file, () => certificatesFromFile(bytes)),
    pkcs8: inFile(keyFile ?? file, () => readPrivateKey(keyBytes, secret)),
  };
}

function chained(leaf: Certificate, pool: readonly Certificate[]): Pick<IdentityMaterial, "certificates"> {
  return { certificates: { chain: orderChain(leaf, pool).map(({ der }) => der) } };
}

function digested(
  request: ImportedIdentityRequest | CertificateOnlyRequest,
  readFile: FileReader,
): Pick<IdentityMaterial, "file"> {
  const file = digestOfFile(request, readFile);
  return file === undefined ? {} : { file };
}

/** The certificate that issued no other one of the file; the first, where each issued one. */
function lowest(file: string, certificates: readonly Certificate[]): Certificate {
  const leaf = certificates.find((candidate) =>
    certificates.every((other) => other === candidate || !other.issuer.equals(candidate.subject)),
  );
  const found = leaf ?? certificates[0];
  if (found === undefined) throw unusableFile(file, "it holds no certificate");
  return found;
}

function required(path: string, readFile: FileReader): Uint8Array {
  const bytes = readFile(path);
  if (bytes === undefined) {
    throw unusableFile(path, "it is missing; paths are relative to the project's root");
  }
  return bytes;
}

/** Says which file it is that cannot be read. */
function inFile<Value>(file: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof TrustError ? unusableFile(file, error.message, error) : error;
  }
}
