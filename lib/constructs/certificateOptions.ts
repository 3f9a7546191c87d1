import type { Construct } from "constructs";
import type { CertificateRequest, ImportedIdentityRequest, KeyAlgorithm, NamedRequest } from "../model";
import type { CertificateUse } from "./certificateUse";
import { checkFile, checkValidity, defaultedOf, distinguishedName } from "./certificateRequest";
import { subjectAltName } from "./names";
import { type PropShapes, keyAlgorithm, number, optional, requireProps, text, textList } from "./props";
import { type Secret, secretProp } from "./secret";

/**
 * What is asked of somebody else's authority. A default is pinned at the first request: another one later asks for
 * nothing.
 */
export interface RequestedCertificateOptions {
  /** Common name of the subject. @default - the first name, or for a client the id of its binding */
  readonly commonName?: string;
  /** Organizational unit of the subject. @default - none */
  readonly organizationalUnit?: string;
  /** Organization of the subject. @default - none */
  readonly organization?: string;
  /** Locality of the subject. @default - none */
  readonly locality?: string;
  /** State or province of the subject. @default - none */
  readonly state?: string;
  /** Country of the subject, in two letters. @default - none */
  readonly country?: string;
  /**
   * Host names and addresses that the certificate is good for.
   *
   * @default - the names of the endpoint that presents it; none for a client
   */
  readonly names?: readonly string[];
  /** Algorithm and size of the key. @default "rsa-2048", because every Java since 6 and every mainframe reads it */
  readonly keyAlgorithm?: KeyAlgorithm;
}

/**
 * What is said about a certificate that is made here. A default is pinned at the first issue: another one
 * later renews nothing.
 */
export interface NewCertificateOptions extends RequestedCertificateOptions {
  /** How many days the certificate is good for; it ends no later than its issuer's. @default 397 */
  readonly validityDays?: number;
}

/** Where an identity is taken from that somebody else made. */
export interface ImportedCertificateOptions {
  /** PKCS12 (`.pfx`), JKS or PEM, relative to the project's root; detected by content. */
  readonly file: string;
  /** Password of the store, or of the PEM key. @default - none: a PEM key that is not encrypted */
  readonly password?: Secret;
  /** Separate file of a PEM private key. @default - the key is in `file` */
  readonly keyFile?: string;
  /** Separate file of the issuers, and of the root: PEM, DER or PKCS#7. @default - those in `file` */
  readonly chainFile?: string;
  /** Password of the key in a store. @default - the store's password */
  readonly keyPassword?: Secret;
  /** Which identity of the file. @default - the only identity in the file */
  readonly alias?: string;
}

const requestedShapes: PropShapes<RequestedCertificateOptions> = {
  commonName: optional(text),
  organizationalUnit: optional(text),
  organization: optional(text),
  locality: optional(text),
  state: optional(text),
  country: optional(text),
  names: optional(textList),
  keyAlgorithm: optional(keyAlgorithm),
};

const newShapes: PropShapes<NewCertificateOptions> = { ...requestedShapes, validityDays: optional(number) };

export const importedShapes: PropShapes<ImportedCertificateOptions> = {
  file: text,
  password: optional(secretProp),
  keyFile: optional(text),
  chainFile: optional(text),
  keyPassword: optional(secretProp),
  alias: optional(text),
};

/** @throws DeclarationError for what no request could ask for, in the line that declares it */
export function checkRequested(where: string, options: RequestedCertificateOptions): void {
  requireProps(where, requestedShapes, options);
  checkSubject(options);
}

/** @throws DeclarationError for what no certificate could say, in the line that declares it */
export function checkNew(where: string, options: NewCertificateOptions): void {
  requireProps(where, newShapes, options);
  checkValidity(options.validityDays);
  checkSubject(options);
}

/** Before it is bound, so that the error shows the line that declares it. */
function checkSubject(options: RequestedCertificateOptions): void {
  if (options.commonName !== undefined) distinguishedName(options, options.commonName);
  options.names?.forEach(subjectAltName);
}

/** What is asked for, for whoever presents it. */
export function namedRequest(options: RequestedCertificateOptions, use: CertificateUse): NamedRequest {
  return {
    subject: distinguishedName(options, options.commonName ?? options.names?.[0] ?? use.defaultCommonName),
    names: (options.names ?? use.defaultNames).map(subjectAltName),
    keyAlgorithm: options.keyAlgorithm ?? "rsa-2048",
    extendedKeyUsages: [use.purpose],
    ...defaultedOf(options, ["commonName", "keyAlgorithm"]),
  };
}

/** What is issued, for whoever presents it. */
export function certificateRequest(options: NewCertificateOptions, use: CertificateUse): CertificateRequest {
  return {
    ...namedRequest(options, use),
    validityDays: options.validityDays ?? 397,
    ...defaultedOf(options, ["commonName", "keyAlgorithm", "validityDays"]),
  };
}

/**
 * What is taken from files.
 *
 * @throws DeclarationError `no-file`
 */
export function importedRequest(
  scope: Construct,
  options: ImportedCertificateOptions,
): ImportedIdentityRequest {
  const { file, keyFile, chainFile, password, keyPassword, alias } = options;
  checkFile(file);
  return {
    kind: "imported",
    file,
    ...(keyFile === undefined ? {} : { keyFile }),
    ...(chainFile === undefined ? {} : { chainFile }),
    ...(password === undefined ? {} : { password: password.referenceIn(scope) }),
    ...(keyPassword === undefined ? {} : { keyPassword: keyPassword.referenceIn(scope) }),
    ...(alias === undefined ? {} : { alias }),
  };
}
