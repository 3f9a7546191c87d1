import {
  childrenOf,
  contextTag,
  readAsn1,
  readAsn1Prefix,
  readObjectIdentifier,
  readSequence,
  Tag,
  type Asn1Element,
} from "./asn1";
import { parseCertificate, type Certificate } from "./certificate";
import { inStep, malformedContent, noCertificate, PkiError } from "./errors";
import { Oid } from "./objectIdentifiers";
import { isPem, readPem, type PemBlock } from "./pem";

/**
 * All certificates of a file in the order they stand there: PEM (one or many), DER, or PKCS#7 (`.p7b`) in
 * either encoding. The kind is told by the content. Private keys beside them are passed over.
 *
 * @throws PkiError `no-certificate`, `malformed-asn1` or `malformed-content`
 */
export function certificatesFromFile(bytes: Uint8Array): Certificate[] {
  if (isPem(bytes)) return certificatesFromPem(bytes);
  if (bytes[0] !== Tag.sequence) {
    throw malformedContent("neither PEM nor DER: a certificate, a PEM bundle or a PKCS#7 file was expected");
  }
  const [type] = childrenOf(readAsn1Prefix(bytes));
  const certificates =
    type?.tag === Tag.objectIdentifier ? certificatesFromPkcs7(bytes) : [parseCertificate(bytes)];
  return required(certificates);
}

/** DER of the certificates in a file; none where it is no list of certificates, as a private key is not. */
export function certificatesIn(file: Uint8Array): Uint8Array[] {
  try {
    return certificatesFromFile(file).map(({ der }) => der);
  } catch (error) {
    if (error instanceof PkiError) return [];
    throw error;
  }
}

/**
 * All certificates of a PEM bundle. Private keys and key parameters are passed over; anything else that is
 * not a certificate is refused.
 *
 * @throws PkiError `no-certificate`, `malformed-asn1` or `malformed-content`
 */
export function certificatesFromPem(pem: string | Uint8Array): Certificate[] {
  const text = typeof pem === "string" ? pem : Buffer.from(pem).toString("latin1");
  return required(
    readPem(text).flatMap((block, index) =>
      inStep(`PEM block ${index + 1}`, () => certificatesOfBlock(block)),
    ),
  );
}

function certificatesOfBlock({ label, der }: PemBlock): Certificate[] {
  switch (label) {
    case "CERTIFICATE":
    case "X509 CERTIFICATE":
      return [parseCertificate(der)];
    case "TRUSTED CERTIFICATE":
      // OpenSSL appends its own trust settings after the certificate.
      return [parseCertificate(readAsn1Prefix(der).encoded)];
    case "PKCS7":
    case "CMS":
    case "PKCS #7 SIGNED DATA":
      return certificatesFromPkcs7(der);
    default:
      if (label.endsWith("PRIVATE KEY") || label.endsWith(" PARAMETERS")) return [];
      throw malformedContent(`a certificate was expected, found "${label}"`);
  }
}

const CERTIFICATES = contextTag(0, true);

/** The certificates of a SignedData (RFC 2315, 9.1; RFC 5652, 5.1), whose signatures do not matter here. */
function certificatesFromPkcs7(der: Uint8Array): Certificate[] {
  return inStep("read PKCS#7", () => {
    const [type, content] = readSequence(readAsn1(der), "the content");
    const oid = readObjectIdentifier(type, "the type of the content");
    if (oid !== Oid.signedData) throw malformedContent(`the content is ${oid}: signed data was expected`);
    const [data] = content === undefined ? [] : childrenOf(content);
    const list = readSequence(data, "the signed data").find(({ tag }) => tag === CERTIFICATES);
    return list === undefined
      ? []
      : childrenOf(list)
          .filter(isCertificate)
          .map(({ encoded }) => parseCertificate(encoded));
  });
}

/** Attribute certificates and other kinds stand beside the X.509 ones under tags of their own. */
function isCertificate({ tag }: Asn1Element): boolean {
  return tag === Tag.sequence;
}

function required(certificates: Certificate[]): Certificate[] {
  if (certificates.length === 0) throw noCertificate();
  return certificates;
}
