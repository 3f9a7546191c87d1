import { createHash, type KeyObject } from "node:crypto";
import type { DistinguishedName, SubjectAltName } from "../model";
import { DAY_MS } from "../model/day";
import {
  contextTag,
  encodeBitString,
  encodeElement,
  encodeInteger,
  encodeSequence,
  readAsn1,
  readBitString,
  readSequence,
} from "./asn1";
import type { Certificate } from "./certificate";
import { inStep, unfitIssuer } from "./errors";
import {
  encodeAuthorityKeyId,
  encodeBasicConstraints,
  encodeExtendedKeyUsages,
  encodeExtension,
  encodeKeyUsage,
  encodeSubjectAltNames,
  encodeSubjectKeyId,
} from "./extension";
import { type Signing, openPrivateKey, signatureFor, signWith, spkiOf } from "./key";
import { keyUsageOf } from "./keyUsage";
import { encodeName, Name } from "./name";
import { encodeNameConstraints, type NameConstraints } from "./nameConstraints";
import { Oid } from "./objectIdentifiers";
import { encodeTime } from "./time";

/** Who signs a certificate. */
export interface Issuer {
  /** DER of the issuer's PrivateKeyInfo. A secret. */
  readonly pkcs8: Uint8Array;
  /** @default - the certificate is self-signed */
  readonly certificate?: Certificate;
}

/** What makes a certificate an authority's. */
export interface Authority {
  /** How many authorities may stand below this one. @default - any number */
  readonly pathLength?: number;
  /** Names that the authority may certify. @default - all */
  readonly nameConstraints?: NameConstraints;
}

export interface IssueCertificateOptions {
  /** A name to encode, or the one of a request. */
  readonly subject: DistinguishedName | Name;
  /** Alternative names. @default - none */
  readonly names?: readonly SubjectAltName[];
  readonly publicKey: KeyObject;
  readonly issuer: Issuer;
  /** Fractions of a second are cut off. */
  readonly notBefore: Date;
  readonly validityDays: number;
  /** Purposes by name or dotted. @default - none named, which means every purpose */
  readonly extendedKeyUsages?: readonly string[];
  /** @default - the certificate of a server or client */
  readonly authority?: Authority;
  /**
   * Whether a self-signed one says by which key it was signed, as others always do: of two with one name, OpenSSL then
   * knows which is its own anchor (`check_issued` in x509_vfy.c; found by experiment).
   *
   * @default false
   */
  readonly namesOwnKey?: boolean;
  /** Source of the serial number; 16 octets are taken. */
  readonly randomBytes: (length: number) => Uint8Array;
  /** @default - as OpenSSL signs, with EC keys at random */
  readonly sign?: Signing;
}

/**
 * Issues an X.509 v3 certificate and returns its DER. The same options give the same bytes, but for EC
 * signatures, which are random unless `sign` makes them.
 *
 * Authorities get critical basic constraints and the usages keyCertSign and cRLSign; servers and clients
 * digitalSignature, and keyEncipherment with RSA. A self-signed certificate of a server or client gets
 * neither, as keytool makes it: OpenSSL 1.0.2 and early 1.1.1 (and LibreSSL) do not accept a certificate
 * with a key usage without keyCertSign as its own anchor (`EXFLAG_SS` in v3_purp.c; found by experiment).
 *
 * @throws PkiError `invalid-name`, `invalid-date`, `unsupported-key`, `unfit-issuer`
 */
export function issueCertificate(options: IssueCertificateOptions): Buffer {
  const { issuer, notBefore, validityDays } = options;
  return inStep("issue certificate", () => {
    const key = openPrivateKey(issuer.pkcs8);
    const spki = spkiOf(options.publicKey);
    const subject = options.subject instanceof Name ? options.subject.der : encodeName(options.subject);
    checkIssuer(options, key, spki);

    const signature = signatureFor(key);
    const notAfter = new Date(notBefore.getTime() + validityDays * DAY_MS);
    const body = encodeSequence(
      encodeElement(contextTag(0, true), encodeInteger(2)),
      encodeInteger(serialNumber(options.randomBytes)),
      signature.algorithm,
      issuer.certificate?.subject.der ?? subject,
      encodeSequence(encodeTime(notBefore), encodeTime(notAfter)),
      subject,
      spki,
      encodeElement(contextTag(3, true), encodeSequence(...extensions(options, spki))),
    );
    return encodeSequence(
      body,
      signature.algorithm,
      encodeBitString((options.sign ?? signWith)(key, signature, body)),
    );
  });
}

/** Method 1 of RFC 5280, 4.2.1.2: SHA-1 of the bits of the public key. */
export function keyIdOf(spki: Uint8Array): Buffer {
  const [, key] = readSequence(readAsn1(spki), "the public key");
  return createHash("sha1").update(readBitString(key, "the public key")).digest();
}

function extensions(options: IssueCertificateOptions, spki: Uint8Array): Buffer[] {
  const { issuer, authority, publicKey } = options;
  const { names = [], extendedKeyUsages = [] } = options;
  const parent = issuer.certificate;
  return [
    ...(authority === undefined ? [] : [encodeBasicConstraints(authority.pathLength)]),
    ...(authority === undefined && parent === undefined
      ? []
      : [encodeKeyUsage(keyUsageOf(publicKey, authority !== undefined))]),
    ...(extendedKeyUsages.length === 0 ? [] : [encodeExtendedKeyUsages(extendedKeyUsages)]),
    // RFC 5280, 4.2.1.6; a PKCS12 store with such a certificate cannot be read by Java otherwise.
    ...(names.length === 0 ? [] : [encodeSubjectAltNames(names, isEmpty(options.subject))]),
    ...(authority?.nameConstraints === undefined
      ? []
      : [encodeExtension(Oid.nameConstraints, encodeNameConstraints(authority.nameConstraints), true)]),
    encodeSubjectKeyId(keyIdOf(spki)),
    ...signingKeyId(options, spki),
  ];
}

function signingKeyId({ issuer, namesOwnKey = false }: IssueCertificateOptions, spki: Uint8Array): Buffer[] {
  const parent = issuer.certificate;
  if (parent !== undefined) return [encodeAuthorityKeyId(issuerKeyId(parent))];
  return namesOwnKey ? [encodeAuthorityKeyId(keyIdOf(spki))] : [];
}

function isEmpty(subject: DistinguishedName | Name): boolean {
  return subject instanceof Name && subject.isEmpty;
}

/** The key identifier that the issuer itself carries, which PKCS12 readers link chains by. */
function issuerKeyId(parent: Certificate): Buffer {
  const { subjectKeyId } = parent;
  return subjectKeyId === undefined ? keyIdOf(parent.spki) : Buffer.from(subjectKeyId, "hex");
}

function checkIssuer({ issuer, authority }: IssueCertificateOptions, key: KeyObject, spki: Buffer): void {
  const parent = issuer.certificate;
  const issuerSpki = spkiOf(key);
  if (parent === undefined) {
    if (!issuerSpki.equals(spki))
      throw unfitIssuer("a self-signed certificate needs the private key of its own key");
    return;
  }
  if (!issuerSpki.equals(spkiOf(parent.publicKey))) {
    throw unfitIssuer(`the private key does not belong to the issuer's certificate ${parent.toString()}`);
  }
  const { basicConstraints, keyUsage } = parent;
  // jsse.md and RFC 5280, 6.1.4 (k), (n): nobody accepts what others issue.
  if (basicConstraints?.ca !== true || keyUsage?.includes("keyCertSign") === false) {
    throw unfitIssuer(
      `${parent.toString()} is not a certificate authority: basic constraints CA and keyCertSign are needed`,
    );
  }
  if (authority !== undefined && basicConstraints.pathLength === 0) {
    throw unfitIssuer(
      `${parent.toString()} has path length 0: it may issue for servers and clients, not for authorities`,
    );
  }
}

/** 16 octets, positive, never shorter (RFC 5280, 4.1.2.2 allows 20). */
function serialNumber(randomBytes: (length: number) => Uint8Array): bigint {
  const octets = Buffer.from(randomBytes(16));
  octets[0] = ((octets[0] ?? 0) & 0x7f) | 0x40;
  return BigInt(`0x${octets.toString("hex")}`);
}
