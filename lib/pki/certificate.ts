import { createPublicKey, X509Certificate, type KeyObject } from "node:crypto";
import type { CertificateSummary, SubjectAltName } from "../model";
import { isoSeconds } from "../model/day";
import {
  childrenOf,
  contextTag,
  expectTag,
  readAsn1,
  readBitString,
  readInteger,
  readObjectIdentifier,
  readSequence,
  readSmallInteger,
  Tag,
  type Asn1Element,
} from "./asn1";
import { inStep, malformedContent, unsupportedKey } from "./errors";
import {
  readAuthorityKeyId,
  readBasicConstraints,
  readExtendedKeyUsages,
  readExtensions,
  readKeyUsage,
  readNetscapeCertificateType,
  readSubjectAltNames,
  readSubjectKeyId,
  type AuthorityKeyId,
  type BasicConstraints,
  type Extension,
} from "./extension";
import { fingerprint } from "./fingerprint";
import { lazy } from "./lazy";
import { readName, type Name } from "./name";
import { readNameConstraints, type NameConstraints } from "./nameConstraints";
import { Oid, processedExtensions, signatureAlgorithmNames, type KeyUsage } from "./objectIdentifiers";
import { readPolicies, type CertificatePolicies } from "./policies";
import { describePublicKey } from "./publicKey";
import { readRevocationSources, type RevocationSources } from "./revocationSources";
import { readTime } from "./time";

const VERSION = contextTag(0, true);
const EXTENSIONS = contextTag(3, true);

/**
 * An X.509 certificate (RFC 5280), read-only.
 *
 * What its frame says is read at once; an extension only when asked for, so that a certificate with a
 * broken extension can still be listed: its getter then throws a `PkiError`. An extension that is
 * absent reads as undefined, alternative names as an empty list.
 */
export class Certificate {
  /** 1, 2 or 3. */
  readonly version: number;
  /** Hexadecimal, lower case, without leading zeros, as keytool prints it. */
  readonly serialNumber: string;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** As OpenSSL prints it (`sha256WithRSAEncryption`), or dotted where it has no name. */
  readonly signatureAlgorithm: string;
  readonly extensions: readonly Extension[];
  /** DER of the SubjectPublicKeyInfo. */
  readonly spki: Uint8Array;

  constructor(
    /** The certificate itself. */
    readonly der: Uint8Array,
  ) {
    const [body, algorithm, signature] = readSequence(readAsn1(der), "the certificate");
    readBitString(signature, "the signature");
    const parts = readSequence(body, "the body of the certificate");
    const version = parts[0]?.tag === VERSION ? parts.shift() : undefined;
    const [serial, , issuer, validity, subject, spki, ...rest] = parts;
    const [notBefore, notAfter] = readSequence(validity, "the validity");
    const signatureOid = readObjectIdentifier(
      readSequence(algorithm, "the signature algorithm")[0],
      "the signature algorithm",
    );

    this.version = version === undefined ? 1 : 1 + readSmallInteger(childrenOf(version)[0], "the version");
    this.serialNumber = readInteger(serial, "the serial number").toString(16);
    this.issuer = readName(issuer, "issuer");
    this.subject = readName(subject, "subject");
    this.notBefore = readTime(notBefore, "the beginning of the validity");
    this.notAfter = readTime(notAfter, "the end of the validity");
    this.signatureAlgorithm = signatureAlgorithmNames.get(signatureOid) ?? signatureOid;
    this.spki = expectTag(spki, Tag.sequence, "the public key").encoded;
    const extensions = rest.find(({ tag }) => tag === EXTENSIONS);
    this.extensions = extensions === undefined ? [] : readExtensions(onlyChild(extensions));
  }

  /** For example `RSA 2048`, `EC P-256`, `Ed25519`. */
  get keyAlgorithm(): string {
    return this.#keyAlgorithm();
  }

  /** @throws PkiError `unsupported-key` where OpenSSL cannot read the key */
  get publicKey(): KeyObject {
    return this.#publicKey();
  }

  get subjectAltNames(): readonly SubjectAltName[] {
    return this.#subjectAltNames() ?? [];
  }

  get basicConstraints(): BasicConstraints | undefined {
    return this.#basicConstraints();
  }

  get keyUsage(): readonly KeyUsage[] | undefined {
    return this.#keyUsage();
  }

  /** By name (`serverAuth`), or dotted where they have none. */
  get extendedKeyUsages(): readonly string[] | undefined {
    return this.#extendedKeyUsages();
  }

  /** Netscape's certificate type, which JSSE still obeys. */
  get netscapeCertificateType(): readonly string[] | undefined {
    return this.#netscapeCertificateType();
  }

  /** Hexadecimal, lower case. */
  get subjectKeyId(): string | undefined {
    return this.#subjectKeyId();
  }

  get authorityKeyId(): AuthorityKeyId | undefined {
    return this.#authorityKeyId();
  }

  get nameConstraints(): NameConstraints | undefined {
    return this.#nameConstraints();
  }

  get policies(): CertificatePolicies {
    return this.#policies();
  }

  get revocationSources(): RevocationSources {
    return this.#revocationSources();
  }

  /** Critical extensions that path validation does not process, and therefore refuses; dotted. */
  get criticalUnknownExtensions(): readonly string[] {
    return this.extensions.flatMap(({ oid, critical }) =>
      critical && !processedExtensions.has(oid) ? [oid] : [],
    );
  }

  /** Fingerprint as keytool prints it: `AB:CD:…`. */
  get sha1(): string {
    return this.#sha1();
  }

  /** Fingerprint as keytool prints it: `AB:CD:…`. */
  get sha256(): string {
    return this.#sha256();
  }

  /** Whether subject and issuer are the same name; the signature is not looked at. */
  get isSelfIssued(): boolean {
    return this.#isSelfIssued();
  }

  /** Whether the certificate is its own issuer, by name and by signature. */
  get isSelfSigned(): boolean {
    return this.#isSelfSigned();
  }

  /** Whether the issuer's key made the signature; names and rights are not looked at. */
  isSignedBy(issuer: Certificate): boolean {
    try {
      return this.#x509().verify(issuer.publicKey);
    } catch {
      // OpenSSL throws where key and algorithm do not go together, or it knows neither.
      return false;
    }
  }

  /** The subject, for messages. */
  toString(): string {
    return this.subject.isEmpty ? `serial number ${this.serialNumber}` : this.subject.toString();
  }

  readonly #keyAlgorithm = lazy(() => describePublicKey(this.spki));
  readonly #publicKey = lazy(() => this.#openPublicKey());
  readonly #x509 = lazy(() => new X509Certificate(this.der));
  readonly #sha1 = lazy(() => fingerprint("sha1", this.der));
  readonly #sha256 = lazy(() => fingerprint("sha256", this.der));
  readonly #isSelfIssued = lazy(() => this.subject.equals(this.issuer));
  readonly #isSelfSigned = lazy(() => this.isSelfIssued && this.isSignedBy(this));
  readonly #subjectAltNames = this.#extension(Oid.subjectAltName, "alternative names", readSubjectAltNames);
  readonly #basicConstraints = this.#extension(
    Oid.basicConstraints,
    "basic constraints",
    readBasicConstraints,
  );
  readonly #keyUsage = this.#extension(Oid.keyUsage, "key usage", readKeyUsage);
  readonly #extendedKeyUsages = this.#extension(Oid.extendedKeyUsage, "purposes", readExtendedKeyUsages);
  readonly #netscapeCertificateType = this.#extension(
    Oid.netscapeCertificateType,
    "certificate type",
    readNetscapeCertificateType,
  );
  readonly #subjectKeyId = this.#extension(
    Oid.subjectKeyIdentifier,
    "subject key identifier",
    readSubjectKeyId,
  );
  readonly #authorityKeyId = this.#extension(
    Oid.authorityKeyIdentifier,
    "authority key identifier",
    readAuthorityKeyId,
  );
  readonly #nameConstraints = this.#extension(Oid.nameConstraints, "name constraints", readNameConstraints);
  readonly #policies = lazy(() =>
    inStep(`policies of ${this.toString()}`, () => readPolicies(this.extensions)),
  );
  readonly #revocationSources = lazy(() =>
    inStep(`revocation of ${this.toString()}`, () => readRevocationSources(this.extensions)),
  );

  #extension<T>(oid: string, what: string, read: (value: Uint8Array) => T): () => T | undefined {
    return lazy(() => {
      const extension = this.extensions.find((candidate) => candidate.oid === oid);
      if (extension === undefined) return undefined;
      return inStep(`${what} of ${this.toString()}`, () => read(extension.value));
    });
  }

  #openPublicKey(): KeyObject {
    try {
      return createPublicKey({ key: Buffer.from(this.spki), format: "der", type: "spki" });
    } catch (error) {
      throw unsupportedKey(`the public key of ${this.toString()} cannot be read`, error);
    }
  }
}

/**
 * Reads one certificate in DER.
 *
 * @throws PkiError `malformed-asn1` or `malformed-content`
 */
export function parseCertificate(der: Uint8Array): Certificate {
  return inStep("read certificate", () => new Certificate(der));
}

/** What people and tools need to know of a certificate, as plain data. */
export function summarise(certificate: Certificate): CertificateSummary {
  return {
    subject: certificate.subject.toString(),
    issuer: certificate.issuer.toString(),
    serialNumber: certificate.serialNumber,
    notBefore: isoSeconds(certificate.notBefore),
    notAfter: isoSeconds(certificate.notAfter),
    keyAlgorithm: certificate.keyAlgorithm,
    subjectAltNames: certificate.subjectAltNames,
    sha1: certificate.sha1,
    sha256: certificate.sha256,
  };
}

function onlyChild(parent: Asn1Element): Asn1Element {
  const [child, ...more] = childrenOf(parent);
  if (child === undefined || more.length > 0) throw malformedContent("extensions that are not one list");
  return child;
}
