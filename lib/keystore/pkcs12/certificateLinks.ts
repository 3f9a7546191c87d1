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
    const value = parts.at(-1);
    const id = readObjectIdentifier(parts[0], "extension's id");
    if (id === subjectKeyIdOid) {
      ids.subjectKeyId = hex(readOctetString(readAsn1(readOctetString(value, "extension")), "key id"));
    }
    if (id === authorityKeyIdOid) {
      const authority = readSequence(readAsn1(readOctetString(value, "extension")), "authority key id");
      const keyId = authority.find(({ tag }) => tag === contextTag(0, false));
      if (keyId !== undefined) ids.authorityKeyId = hex(keyId.content);
    }
  }
  return ids;
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
