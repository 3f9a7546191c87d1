import { createDecipheriv, createHmac } from "node:crypto";

import type { Suite } from "./suites";

/** What opens what a server sent. */
export interface ServerSecrets {
  /** Server handshake traffic secret of TLS 1.3 (RFC 8446, 7.1). */
  readonly handshake?: Uint8Array;
  /** Random of the client and master secret of TLS 1.2 (RFC 5246, 8.1). */
  readonly master?: { readonly clientRandom: Uint8Array; readonly secret: Uint8Array };
}

/** What stands in an opened record, and of what kind it is. */
export interface OpenedRecord {
  readonly type: number;
  readonly content: Buffer;
}

/** Of TLS 1.3 (RFC 8446, 5.2 and 5.3); ends where the server changes to its next key. */
export function openRecords(records: readonly Buffer[], secret: Uint8Array, suite: Suite): OpenedRecord[] {
  const key = expandLabel(secret, "key", suite.keyLength, suite.hash);
  const iv = expandLabel(secret, "iv", 12, suite.hash);
  return untilUnreadable(records, (record, sequence) => {
    const inner = unseal({
      suite,
      key,
      nonce: mixed(iv, sequence),
      associated: record.subarray(0, 5),
      sealed: record.subarray(5),
    });
    // The type of what is inside stands behind it, before zeros (RFC 8446, 5.2).
    let end = inner.length;
    while (end > 0 && inner[end - 1] === 0) end -= 1;
    return { type: inner[end - 1] ?? 0, content: inner.subarray(0, end - 1) };
  });
}

/**
 * Of TLS 1.2 (RFC 5246, 6.2.3.3), those that come after the server changed to its keys; ends where it does so again.
 *
 * @param hello the server's, whose random is part of its keys
 */
export function openOldRecords(
  records: readonly Buffer[],
  { clientRandom, secret }: NonNullable<ServerSecrets["master"]>,
  suite: Suite,
  hello: Buffer,
): OpenedRecord[] {
  const isGcm = suite.cipher !== "chacha20-poly1305";
  const ivLength = isGcm ? 4 : 12;
  const seed = Buffer.concat([Buffer.from("key expansion"), hello.subarray(2, 34), clientRandom]);
  const block = expandOld(secret, seed, 2 * (suite.keyLength + ivLength), suite.hash);
  const key = block.subarray(suite.keyLength, 2 * suite.keyLength);
  const iv = block.subarray(2 * suite.keyLength + ivLength);
  return untilUnreadable(records, (record, sequence) => {
    const sealed = record.subarray(isGcm ? 13 : 5);
    const associated = Buffer.alloc(13);
    associated.writeUInt32BE(sequence, 4);
    record.copy(associated, 8, 0, 3);
    associated.writeUInt16BE(Math.max(sealed.length - 16, 0), 11);
    const nonce = isGcm ? Buffer.concat([iv, record.subarray(5, 13)]) : mixed(iv, sequence);
    return { type: record[0] ?? 0, content: unseal({ suite, key, nonce, associated, sealed }) };
  });
}

function untilUnreadable(
  records: readonly Buffer[],
  open: (record: Buffer, sequence: number) => OpenedRecord,
): OpenedRecord[] {
  const opened: OpenedRecord[] = [];
  for (const [sequence, record] of records.entries()) {
    try {
      opened.push(open(record, sequence));
    } catch {
      // Under another key than this one.
      break;
    }
  }
  return opened;
}

interface Sealed {
  readonly suite: Suite;
  readonly key: Buffer;
  readonly nonce: Buffer;
  readonly associated: Buffer;
  /** With its tag behind it. */
  readonly sealed: Buffer;
}

function unseal({ suite, key, nonce, associated, sealed }: Sealed): Buffer {
  // Node's types know these ciphers one by one; here the server chooses.
  const decipher = createDecipheriv(suite.cipher as "aes-128-gcm", key, nonce, { authTagLength: 16 });
  decipher.setAAD(associated);
  decipher.setAuthTag(sealed.subarray(-16));
  return Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]);
}

function mixed(iv: Buffer, sequence: number): Buffer {
  const nonce = Buffer.from(iv);
  nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
  return nonce;
}

/** HKDF-Expand-Label with an empty context (RFC 8446, 7.1; RFC 5869, 2.3). */
function expandLabel(secret: Uint8Array, label: string, length: number, hash: string): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  // One block of HKDF-Expand is enough for keys and nonces; Node's hkdf always extracts first.
  const info = [Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])];
  return createHmac(hash, secret).update(Buffer.concat(info)).digest().subarray(0, length);
}

/** The pseudorandom function of TLS 1.2 (RFC 5246, 5), with the label in the seed. */
function expandOld(secret: Uint8Array, seed: Buffer, length: number, hash: string): Buffer {
  const hmac = (bytes: Buffer): Buffer => createHmac(hash, secret).update(bytes).digest();
  let expanded = Buffer.alloc(0);
  for (let link = hmac(seed); expanded.length < length; link = hmac(link))
    expanded = Buffer.concat([expanded, hmac(Buffer.concat([link, seed]))]);
  return expanded.subarray(0, length);
}
