import { createHash, timingSafeEqual } from "node:crypto";

import { parseCertificate } from "../../pki";
import { damaged, invalidStore, unsupported, wrongPassword } from "../errors";
import type { IdentityEntry, Store, StoreEntry } from "../store";
import { Cursor } from "./cursor";
import { skipSerializedObject } from "./javaSerialization";
import { protectKey, utf16be } from "./keyProtector";
import { protectJceksKey } from "./jceksKey";
import { resealSecretObject } from "./secretObject";
import { encodeModifiedUtf8 } from "./modifiedUtf8";

/** First four bytes of each format (`JavaKeyStore`, `JceKeyStore`). */
export const JKS_MAGIC = 0xfeedfeed;
export const JCEKS_MAGIC = 0xcececece;

const WHITENER = "Mighty Aphrodite";
const DIGEST_BYTES = 20;
const CERTIFICATE_TYPE = "X.509";

const EntryTag = { identity: 1, anchor: 2, secret: 3 } as const;

/**
 * Reads a JKS (versions 1 and 2) or JCEKS store.
 *
 * Keys stay sealed; an alias that is there twice keeps its last entry, which is the one Java shows.
 *
 * @param password `null` reads without checking the integrity, as Java does
 * @throws StoreError `wrong-password`, `damaged`, `unsupported`
 */
export function readJks(bytes: Uint8Array, password: string | null): Store {
  const cursor = new Cursor(bytes);
  const format = cursor.uint32("the magic number") === JCEKS_MAGIC ? "jceks" : "jks";
  const version = cursor.uint32("the version");
  if (version !== 1 && version !== 2) throw unsupported(`version ${version} of ${format.toUpperCase()}`);

  const entries = new Map<string, StoreEntry>();
  for (let left = cursor.uint32("the number of entries"); left > 0; left -= 1) {
    const entry = readEntry(cursor, version, format);
    entries.delete(entry.alias);
    entries.set(entry.alias, entry);
  }

  const signed = bytes.subarray(0, cursor.position);
  const digest = cursor.bytes(DIGEST_BYTES, "the digest");
  if (cursor.remaining > 0) throw damaged(`${cursor.remaining} bytes follow its end`);
  if (password !== null && !timingSafeEqual(digest, storeDigest(signed, password))) {
    throw wrongPassword("the store");
  }
  return {
    format,
    profile: format === "jks" ? "jks" : "custom",
    integrity: password === null ? "unchecked" : "verified",
    entries: [...entries.values()],
  };
}

/**
 * Writes a JKS or JCEKS store (version 2, as every JDK does). The same store and password give the same
 * bytes; a date that is absent becomes the notBefore of the (leaf) certificate.
 *
 * @throws StoreError `invalid`
 */
export function writeJks(store: Store, password: string): Buffer {
  const isJceks = store.format === "jceks";
  const signed = Buffer.concat([
    uint32(isJceks ? JCEKS_MAGIC : JKS_MAGIC),
    uint32(2),
    uint32(store.entries.length),
    ...store.entries.flatMap((entry) => encodeEntry(entry, password, isJceks)),
  ]);
  return Buffer.concat([signed, storeDigest(signed, password)]);
}

function readEntry(cursor: Cursor, version: number, format: "jks" | "jceks"): StoreEntry {
  const tag = cursor.uint32("an entry's kind");
  const alias = cursor.text("an alias");
  const createdMs = cursor.time(`the date of "${alias}"`);
  switch (tag) {
    case EntryTag.identity: {
      const encryptedPrivateKeyInfo = cursor.block(`the key of "${alias}"`);
      const chain: Uint8Array[] = [];
      for (let left = cursor.uint32(`the chain length of "${alias}"`); left > 0; left -= 1) {
        chain.push(readCertificate(cursor, version, alias));
      }
      return { kind: "identity", alias, createdMs, key: { kind: "sealed", encryptedPrivateKeyInfo }, chain };
    }
    case EntryTag.anchor:
      return { kind: "anchor", alias, createdMs, certificate: readCertificate(cursor, version, alias) };
    case EntryTag.secret: {
      if (format === "jks") break;
      const ahead = cursor.fork();
      skipSerializedObject(ahead);
      const value = cursor.bytes(ahead.position - cursor.position, `the secret key of "${alias}"`);
      return { kind: "secret", alias, createdMs, extra: { codec: "jceks", value } };
    }
    default:
  }
  throw damaged(`the entry "${alias}" is of the unknown kind ${tag}`);
}

function readCertificate(cursor: Cursor, version: number, alias: string): Uint8Array {
  if (version === 2) {
    const type = cursor.text(`a certificate type of "${alias}"`);
    if (type !== CERTIFICATE_TYPE) {
      throw unsupported(`the certificate type "${type}" of "${alias}"; only ${CERTIFICATE_TYPE} is known`);
    }
  }
  return cursor.block(`a certificate of "${alias}"`);
}

function encodeEntry(entry: StoreEntry, password: string, isJceks: boolean): Buffer[] {
  const alias = encodeModifiedUtf8(entry.alias);
  if (entry.kind === "anchor") {
    const date = time(entry.createdMs ?? notBeforeMs(entry.certificate));
    return [uint32(EntryTag.anchor), alias, date, ...encodeCertificate(entry.certificate)];
  }
  if (entry.kind === "secret") {
    const { codec, value } = entry.extra;
    if (!isJceks || codec !== "jceks" || !(value instanceof Uint8Array)) {
      throw invalidStore(
        `the secret key "${entry.alias}" cannot be written to ${isJceks ? "JCEKS" : "JKS"}; remove the entry first`,
      );
    }
    const object =
      entry.clear === undefined
        ? Buffer.from(value)
        : resealSecretObject(value, entry.clear, password, entry.alias);
    return [uint32(EntryTag.secret), alias, time(entry.createdMs ?? 0), object];
  }
  const protect = isJceks ? protectJceksKey : protectKey;
  const key =
    entry.key.kind === "sealed"
      ? Buffer.from(entry.key.encryptedPrivateKeyInfo)
      : protect(entry.key.pkcs8, entry.key.password ?? password, entry.alias);
  return [
    uint32(EntryTag.identity),
    alias,
    time(entry.createdMs ?? leafDate(entry)),
    uint32(key.length),
    key,
    uint32(entry.chain.length),
    ...entry.chain.flatMap(encodeCertificate),
  ];
}

function leafDate(entry: IdentityEntry): number {
  const [leaf] = entry.chain;
  if (leaf === undefined) {
    throw invalidStore(`the identity "${entry.alias}" has no certificate; give it its chain`);
  }
  return notBeforeMs(leaf);
}

function notBeforeMs(certificate: Uint8Array): number {
  return parseCertificate(certificate).notBefore.getTime();
}

function encodeCertificate(der: Uint8Array): Buffer[] {
  return [encodeModifiedUtf8(CERTIFICATE_TYPE), uint32(der.length), Buffer.from(der)];
}

function storeDigest(signed: Uint8Array, password: string): Buffer {
  return createHash("sha1").update(utf16be(password)).update(WHITENER, "latin1").update(signed).digest();
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function time(milliseconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(Math.trunc(milliseconds)));
  return bytes;
}
