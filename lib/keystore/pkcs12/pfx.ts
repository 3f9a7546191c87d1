import {
  type Asn1Element,
  childrenOf,
  contextTag,
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  expectTag,
  joinParts,
  readAsn1,
  readObjectIdentifier,
  readOctetString,
  readSequence,
  readSmallInteger,
} from "../../pki/asn1";
import { encodeEncryptionAlgorithm, type EncryptionParameters, readEncryptionAlgorithm } from "../encryption";
import { damaged, tooCostly, unsupported } from "../errors";
import { ContentType } from "./oids";

/** The outer structure of a PKCS12 file (RFC 7292, 4), with encrypted contents still encrypted. */
export interface Pfx {
  /** What the MAC is computed over: the encoded AuthenticatedSafe. */
  readonly authenticatedSafe: Uint8Array;
  readonly contents: readonly PfxContent[];
  /** The MacData, if there is one. */
  readonly macData?: Asn1Element;
}

/** One SafeContents, encoded: in the clear or encrypted under the password. */
export type PfxContent =
  | { readonly kind: "plain"; readonly safeContents: Uint8Array }
  | { readonly kind: "encrypted"; readonly parameters: EncryptionParameters; readonly encrypted: Uint8Array };

/** Stores on hosts have kilobytes; a file beyond this is none. */
const MAXIMUM_LENGTH = 32 * 1024 * 1024;

/** Reads the outer structure; nothing is derived or decrypted. */
export function readPfx(bytes: Uint8Array): Pfx {
  if (bytes.length > MAXIMUM_LENGTH) {
    throw tooCostly(`a PKCS12 file of ${bytes.length} bytes, at most ${MAXIMUM_LENGTH}`);
  }
  const [versionElement, content, macData, ...rest] = readSequence(readAsn1(bytes), "PFX");
  const version = readSmallInteger(versionElement, "PFX version");
  if (version !== 3) throw unsupported(`PKCS12 version ${version}; only version 3 is in use`);
  if (rest.length > 0) throw damaged("a PFX of more than three parts");
  const { typeId, value } = readContentInfo(content);
  if (typeId === ContentType.signedData) {
    throw unsupported("a PKCS12 file that is signed with a key instead of protected by a password");
  }
  if (typeId !== ContentType.data) throw damaged(`a PFX of content type ${typeId}`);
  const authenticatedSafe = readOctetString(value, "authenticated safe");
  return {
    authenticatedSafe,
    contents: readSequence(readAsn1(authenticatedSafe), "authenticated safe").map(readContent),
    ...(macData === undefined ? {} : { macData }),
  };
}

export function encodeAuthenticatedSafe(contents: readonly PfxContent[]): Buffer {
  return encodeSequence(Buffer.concat(contents.map(encodeContent)));
}

/** @param macData encoded MacData; absent for a store without integrity check */
export function encodePfx(authenticatedSafe: Uint8Array, macData: Uint8Array | undefined): Buffer {
  const content = encodeContentInfo(ContentType.data, encodeOctetString(authenticatedSafe));
  return encodeSequence(encodeInteger(3), content, macData ?? Buffer.alloc(0));
}

function readContent(element: Asn1Element): PfxContent {
  const { typeId, value } = readContentInfo(element);
  if (typeId === ContentType.data)
    return { kind: "plain", safeContents: readOctetString(value, "safe contents") };
  if (typeId === ContentType.envelopedData) {
    throw unsupported("PKCS12 contents that are encrypted to a key instead of under a password");
  }
  if (typeId !== ContentType.encryptedData) throw damaged(`PKCS12 contents of type ${typeId}`);
  const [version, info] = readSequence(value, "encrypted contents");
  readSmallInteger(version, "version of encrypted contents");
  const [contentType, algorithm, content] = readSequence(info, "encrypted contents");
  readObjectIdentifier(contentType, "type of encrypted contents");
  return {
    kind: "encrypted",
    parameters: readEncryptionAlgorithm(algorithm),
    encrypted: readImplicitOctetString(content),
  };
}

function encodeContent(content: PfxContent): Buffer {
  if (content.kind === "plain")
    return encodeContentInfo(ContentType.data, encodeOctetString(content.safeContents));
  const info = encodeSequence(
    encodeObjectIdentifier(ContentType.data),
    encodeEncryptionAlgorithm(content.parameters),
    encodeElement(contextTag(0, false), content.encrypted),
  );
  return encodeContentInfo(ContentType.encryptedData, encodeSequence(encodeInteger(0), info));
}

function readContentInfo(element: Asn1Element | undefined): { typeId: string; value: Asn1Element } {
  const [type, wrapped] = readSequence(element, "content");
  const typeId = readObjectIdentifier(type, "content's type");
  const [value] = childrenOf(expectTag(wrapped, contextTag(0, true), "content's value"));
  if (value === undefined) throw damaged("an empty content");
  return { typeId, value };
}

function encodeContentInfo(typeId: string, value: Uint8Array): Buffer {
  return encodeSequence(encodeObjectIdentifier(typeId), encodeElement(contextTag(0, true), value));
}

/** `[0] IMPLICIT OCTET STRING`, in one piece or in parts (BER). */
function readImplicitOctetString(element: Asn1Element | undefined): Uint8Array {
  if (element?.tag === contextTag(0, true)) return joinParts(element, "encrypted contents");
  return expectTag(element, contextTag(0, false), "encrypted contents").content;
}
