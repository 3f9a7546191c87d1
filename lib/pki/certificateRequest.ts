import { createPublicKey, verify, type KeyObject } from "node:crypto";
import type { DistinguishedName, SubjectAltName } from "../model";
import {
  childrenOf,
  contextTag,
  encodeBitString,
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeSequence,
  encodeSetOf,
  expectTag,
  readAsn1,
  readBitString,
  readObjectIdentifier,
  readSequence,
  Tag,
  type Asn1Element,
} from "./asn1";
import { inStep, malformedContent, unsupportedKey } from "./errors";
import {
  encodeBasicConstraints,
  encodeExtendedKeyUsages,
  encodeKeyUsage,
  encodeSubjectAltNames,
  readBasicConstraints,
  readExtendedKeyUsages,
  readExtensions,
  readKeyUsage,
  readSubjectAltNames,
  type BasicConstraints,
  type Extension,
} from "./extension";
import { openPrivateKey, signatureFor, signWith, spkiOf } from "./key";
import { keyUsageOf } from "./keyUsage";
import type { Authority } from "./issue";
import { encodeName, readName, type Name } from "./name";
import { Oid, signatureAlgorithmNames, type KeyUsage } from "./objectIdentifiers";
import { describePublicKey } from "./publicKey";

export interface CreateCertificateRequestOptions {
  readonly subject: DistinguishedName;
  /** @default - none */
  readonly names?: readonly SubjectAltName[];
  /** Purposes by name or dotted. @default - none named */
  readonly extendedKeyUsages?: readonly string[];
  /** What it asks for to issue certificates itself. @default - the certificate of a server or client */
  readonly authority?: Pick<Authority, "pathLength">;
  /** DER of the PrivateKeyInfo that signs the request. A secret. */
  readonly pkcs8: Uint8Array;
}

/** What a certificate request (PKCS#10) asks for. */
export interface ParsedCertificateRequest {
  readonly der: Uint8Array;
  readonly subject: Name;
  readonly publicKey: KeyObject;
  /** For example `RSA 2048`. */
  readonly keyAlgorithm: string;
  readonly subjectAltNames: readonly SubjectAltName[];
  readonly keyUsage?: readonly KeyUsage[];
  readonly extendedKeyUsages?: readonly string[];
  readonly basicConstraints?: BasicConstraints;
  /** Whether the requester has the private key. Do not issue anything where it is false. */
  readonly isSignatureValid: boolean;
}

const ATTRIBUTES = contextTag(0, true);

/** Microsoft's own identifier for the same attribute. */
const MICROSOFT_EXTENSION_REQUEST = "1.3.6.1.4.1.311.2.1.14";

/**
 * A certificate request (PKCS#10, RFC 2986) in DER. The same options give the same bytes, but for EC
 * signatures.
 *
 * @throws PkiError `invalid-name` or `unsupported-key`
 */
export function createCertificateRequest(options: CreateCertificateRequestOptions): Buffer {
  const { subject, names = [], extendedKeyUsages = [], authority, pkcs8 } = options;
  return inStep("create certificate request", () => {
    const key = openPrivateKey(pkcs8);
    const extensions = encodeSequence(
      ...(authority === undefined ? [] : [encodeBasicConstraints(authority.pathLength)]),
      encodeKeyUsage(keyUsageOf(key, authority !== undefined)),
      ...(extendedKeyUsages.length === 0 ? [] : [encodeExtendedKeyUsages(extendedKeyUsages)]),
      ...(names.length === 0 ? [] : [encodeSubjectAltNames(names)]),
    );
    const attribute = encodeSequence(encodeObjectIdentifier(Oid.extensionRequest), encodeSetOf([extensions]));
    const body = encodeSequence(
      encodeInteger(0),
      encodeName(subject),
      spkiOf(key),
      encodeElement(ATTRIBUTES, attribute),
    );
    const signature = signatureFor(key);
    return encodeSequence(body, signature.algorithm, encodeBitString(signWith(key, signature, body)));
  });
}

/**
 * Reads a certificate request in DER.
 *
 * @throws PkiError `malformed-asn1`, `malformed-content` or `unsupported-key`
 */
export function parseCertificateRequest(der: Uint8Array): ParsedCertificateRequest {
  return inStep("read certificate request", () => {
    const [body, algorithm, signature] = readSequence(readAsn1(der), "the request");
    const [, subject, spki, ...rest] = readSequence(body, "the body of the request");
    const spkiDer = expectTag(spki, Tag.sequence, "the public key").encoded;
    const publicKey = openPublicKey(spkiDer);
    const extensions = requestedExtensions(rest.find(({ tag }) => tag === ATTRIBUTES));
    const read = <T>(oid: string, reader: (value: Uint8Array) => T): T | undefined => {
      const extension = extensions.find((candidate) => candidate.oid === oid);
      return extension === undefined ? undefined : reader(extension.value);
    };
    const keyUsage = read(Oid.keyUsage, readKeyUsage);
    const extendedKeyUsages = read(Oid.extendedKeyUsage, readExtendedKeyUsages);
    const basicConstraints = read(Oid.basicConstraints, readBasicConstraints);
    return {
      der,
      subject: readName(subject, "subject"),
      publicKey,
      keyAlgorithm: describePublicKey(spkiDer),
      subjectAltNames: read(Oid.subjectAltName, readSubjectAltNames) ?? [],
      ...(keyUsage === undefined ? {} : { keyUsage }),
      ...(extendedKeyUsages === undefined ? {} : { extendedKeyUsages }),
      ...(basicConstraints === undefined ? {} : { basicConstraints }),
      isSignatureValid: isSigned(
        body?.encoded ?? new Uint8Array(),
        algorithm,
        readBitString(signature, "the signature"),
        publicKey,
      ),
    };
  });
}

function requestedExtensions(attributes: Asn1Element | undefined): Extension[] {
  if (attributes === undefined) return [];
  for (const attribute of childrenOf(attributes)) {
    const [type, values] = readSequence(attribute, "an attribute");
    const oid = readObjectIdentifier(type, "the type of an attribute");
    if (oid === Oid.extensionRequest || oid === MICROSOFT_EXTENSION_REQUEST) {
      return readExtensions(childrenOf(expectTag(values, Tag.set, "the requested extensions"))[0]);
    }
  }
  return [];
}

function isSigned(
  body: Uint8Array,
  algorithm: Asn1Element | undefined,
  signature: Uint8Array,
  publicKey: KeyObject,
): boolean {
  const oid = readObjectIdentifier(
    readSequence(algorithm, "the signature algorithm")[0],
    "the signature algorithm",
  );
  const name = signatureAlgorithmNames.get(oid);
  const digest = name === undefined ? undefined : /(?:sha|md)\d+$|(?:sha|md)\d+(?=With)/i.exec(name)?.[0];
  if (digest === undefined && !/^ED(25519|448)$/.test(name ?? "")) {
    throw unsupportedKey(`requests signed with ${name ?? oid} are not read: use RSA, EC or Ed25519`);
  }
  try {
    return verify(digest?.toLowerCase() ?? null, body, publicKey, signature);
  } catch {
    // OpenSSL throws where key and algorithm do not go together.
    return false;
  }
}

function openPublicKey(spki: Uint8Array): KeyObject {
  try {
    return createPublicKey({ key: Buffer.from(spki), format: "der", type: "spki" });
  } catch (error) {
    throw malformedContent("the public key cannot be read", error);
  }
}
