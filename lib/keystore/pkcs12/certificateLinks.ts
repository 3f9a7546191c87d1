import { X509Certificate } from "node:crypto";
import {
  type Asn1Element,
  childrenOf,
  contextTag,
  readAsn1,
  readObjectIdentifier,
  readOctetString,
  readSequence,
  Tag,
} from "../../pki/asn1";

/** What of a certificate decides which one Java takes for its issuer. */
export interface CertificateLinks {
  readonly der: Uint8Array;
  /** Names in the canonical form of `X500Principal.equals`. */
  readonly subject: string;
  readonly issuer: string;
  readonly subjectKeyId?: string;
  readonly authorityKeyId?: string;
}

const subjectKeyIdOid = "2.5.29.14";
const authorityKeyIdOid = "2.5.29.35";

/** Reads the fields of RFC 5280, 4.1 that link certificates; nothing else is looked at. */
export function readCertificateLinks(der: Uint8Array): CertificateLinks {
  const [body] = readSequence(readAsn1(der), "certificate");
  const fields = readSequence(body, "certificate's body");
  const versioned = fields[0]?.tag === contextTag(0, true) ? 1 : 0;
  const issuer = canonicalName(fields[versioned + 2]);
  const subject = canonicalName(fields[versioned + 4]);
  const extensions = fields.find(({ tag }) => tag === contextTag(3, true));
  return { der, issuer, subject, ...readKeyIds(extensions) };
}

/** Whether the certificate ends a chain: its own key made its signature (`KeyStoreUtil.isSelfSigned`). */
export function isSelfSigned(links: CertificateLinks): boolean {
  if (links.subject !== links.issuer) return false;
  try {
    const certificate = new X509Certificate(links.der);
    return certificate.verify(certificate.publicKey);
  } catch {
    return false;
  }
}

function readKeyIds(extensions: Asn1Element | undefined): { subjectKeyId?: string; authorityKeyId?: string } {
  const ids: { subjectKeyId?: string; authorityKeyId?: string } = {};
  if (extensions === undefined) return ids;
  for (const extension of readSequence(childrenOf(extensions)[0], "extensions")) {
    const parts = readSequence(extension, "extension");
    const id = readObjectIdentifier(parts[0], "extension's id");
    const value = parts.at(-1);
    if (id === subjectKeyIdOid) {
      const keyId = readKeyId(() => readOctetString(readAsn1(readOctetString(value, "extension")), "key id"));
      if (keyId !== undefined) ids.subjectKeyId = keyId;
    } else if (id === authorityKeyIdOid) {
      const keyId = readKeyId(() => readAuthorityKeyId(readOctetString(value, "extension")));
      if (keyId !== undefined) ids.authorityKeyId = keyId;
    }
  }
  return ids;
}

/** Java takes a key id that it cannot read for none. */
function readKeyId(read: () => Uint8Array | undefined): string | undefined {
  try {
    const keyId = read();
    return keyId === undefined ? undefined : hex(keyId);
  } catch {
    return undefined;
  }
}

/** RFC 5280, 4.2.1.1. */
function readAuthorityKeyId(extension: Uint8Array): Uint8Array | undefined {
  const parts = readSequence(readAsn1(extension), "authority key id");
  return parts.find(({ tag }) => tag === contextTag(0, false))?.content;
}

/** `X500Principal.equals`: case and repeated spaces do not count in PrintableString and UTF8String, else bytes do. */
function canonicalName(name: Asn1Element | undefined): string {
  const parts = readSequence(name, "name").map((set) =>
    childrenOf(set)
      .map(canonicalAttribute)
      .sort((a, b) => (a < b ? -1 : 1))
      .join("+"),
  );
  return parts.join(",");
}

function canonicalAttribute(attribute: Asn1Element): string {
  const [type, value] = readSequence(attribute, "name's attribute");
  const typeId = readObjectIdentifier(type, "name's attribute's type");
  if (value?.tag !== Tag.utf8String && value?.tag !== Tag.printableString) {
    return `${typeId}=#${hex(value?.encoded ?? new Uint8Array())}`;
  }
  const text = Buffer.from(value.content).toString("utf8").normalize("NFKD");
  return `${typeId}=${JSON.stringify(text.trim().replace(/\s+/g, " ").toUpperCase().toLowerCase())}`;
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}
