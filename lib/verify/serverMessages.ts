import { createDecipheriv, createHmac } from "node:crypto";

/** What a server said before the handshake was over. */
export interface ServerMessages {
  /** For example `TLSv1.2`, as its hello chose it; absent where none came. */
  readonly protocol?: string;
  /** DER of the chain as presented, leaf first. */
  readonly chain: readonly Uint8Array[];
  /** Whether it asked for a client certificate. */
  readonly asksForCertificate: boolean;
  /** DER of the names of authorities whose certificates it asks for; empty means any. */
  readonly authorities: readonly Uint8Array[];
}

const Record = { handshake: 22, application: 23 } as const;
const Message = { serverHello: 2, certificate: 11, certificateRequest: 13 } as const;

/** Extension `certificate_authorities` (RFC 8446, 4.2.4). */
const CERTIFICATE_AUTHORITIES = 47;

/** Cipher suites of TLS 1.3 (RFC 8446, B.4). */
const suites: Readonly<Record<number, { cipher: string; keyLength: number; hash: string }>> = {
  0x1301: { cipher: "aes-128-gcm", keyLength: 16, hash: "sha256" },
  0x1302: { cipher: "aes-256-gcm", keyLength: 32, hash: "sha384" },
  0x1303: { cipher: "chacha20-poly1305", keyLength: 32, hash: "sha256" },
};

/**
 * Reads what a server sent during a handshake: in TLS 1.2 it is in the clear, in TLS 1.3 it is opened with the
 * server's handshake traffic secret. Stops without complaint where something is missing.
 *
 * @param bytes all that the server sent, records and all
 * @param secret server handshake traffic secret (RFC 8446, 7.1), where TLS 1.3 was spoken
 */
export function readServerMessages(bytes: Uint8Array, secret?: Uint8Array): ServerMessages {
  const messages = handshakeMessages(Buffer.from(bytes), secret);
  const isTls13 = secret !== undefined;
  let chain: Uint8Array[] = [];
  let authorities: Uint8Array[] = [];
  let asksForCertificate = false;
  for (const { type, body } of messages) {
    if (type === Message.certificate) chain = readChain(new Reader(body), isTls13);
    if (type === Message.certificateRequest) {
      asksForCertificate = true;
      authorities = readAuthorities(new Reader(body), isTls13);
    }
  }
  return { ...protocolOf(messages, isTls13), chain, asksForCertificate, authorities };
}

/** TLS 1.3 calls itself 1.2 in the hello (RFC 8446, 4.1.3). */
function protocolOf(
  messages: readonly HandshakeMessage[],
  isTls13: boolean,
): Pick<ServerMessages, "protocol"> {
  if (isTls13) return { protocol: "TLSv1.3" };
  const minor = messages.find(({ type }) => type === Message.serverHello)?.body[1];
  if (minor === undefined) return {};
  return { protocol: minor === 1 ? "TLSv1" : `TLSv1.${minor - 1}` };
}

interface HandshakeMessage {
  readonly type: number;
  readonly body: Buffer;
}

function handshakeMessages(bytes: Buffer, secret: Uint8Array | undefined): HandshakeMessage[] {
  const clear: Buffer[] = [];
  const sealed: Buffer[] = [];
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) break;
    const type = bytes[at];
    if (type === Record.handshake) clear.push(bytes.subarray(at + 5, end));
    if (type === Record.application) sealed.push(bytes.subarray(at, end));
    at = end;
  }
  const open = splitMessages(Buffer.concat(clear));
  if (secret === undefined) return open;
  const hello = open.find(({ type }) => type === Message.serverHello);
  return splitMessages(Buffer.concat(openRecords(sealed, secret, suiteOf(hello?.body))));
}

function splitMessages(bytes: Buffer): HandshakeMessage[] {
  const messages: HandshakeMessage[] = [];
  for (let at = 0; at + 4 <= bytes.length;) {
    const end = at + 4 + bytes.readUIntBE(at + 1, 3);
    if (end > bytes.length) break;
    messages.push({ type: bytes[at] ?? 0, body: bytes.subarray(at + 4, end) });
    at = end;
  }
  return messages;
}

/** Version, random and session id come before the cipher suite (RFC 8446, 4.1.3). */
function suiteOf(hello: Buffer | undefined): (typeof suites)[number] | undefined {
  const at = 35 + (hello?.[34] ?? 0);
  return hello === undefined || hello.length < at + 2 ? undefined : suites[hello.readUInt16BE(at)];
}

/** RFC 8446, 5.2 and 5.3; ends where the server changes to its next key. */
function openRecords(
  records: readonly Buffer[],
  secret: Uint8Array,
  suite: (typeof suites)[number] | undefined,
): Buffer[] {
  if (suite === undefined) return [];
  const key = expandLabel(secret, "key", suite.keyLength, suite.hash);
  const iv = expandLabel(secret, "iv", 12, suite.hash);
  const opened: Buffer[] = [];
  for (const [sequence, record] of records.entries()) {
    const nonce = Buffer.from(iv);
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ sequence) >>> 0, 8);
    // Node's types know these ciphers one by one; here the server chooses.
    const decipher = createDecipheriv(suite.cipher as "aes-128-gcm", key, nonce, { authTagLength: 16 });
    decipher.setAAD(record.subarray(0, 5));
    decipher.setAuthTag(record.subarray(-16));
    try {
      const content = Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()]);
      const end = content.findLastIndex((octet) => octet !== 0);
      if (content[end] === Record.handshake) opened.push(content.subarray(0, end));
    } catch {
      // The server's own traffic begins here, under another key.
      break;
    }
  }
  return opened;
}

/** HKDF-Expand-Label with an empty context (RFC 8446, 7.1; RFC 5869, 2.3). */
function expandLabel(secret: Uint8Array, label: string, length: number, hash: string): Buffer {
  const name = Buffer.from(`tls13 ${label}`);
  // One block of HKDF-Expand is enough for keys and nonces; Node's hkdf always extracts first.
  const info = [Buffer.from([0, length, name.length]), name, Buffer.from([0, 1])];
  return createHmac(hash, secret).update(Buffer.concat(info)).digest().subarray(0, length);
}

function readChain(reader: Reader, isTls13: boolean): Uint8Array[] {
  if (isTls13) reader.vector(1);
  const list = new Reader(reader.vector(3));
  const chain: Uint8Array[] = [];
  while (list.hasMore) {
    chain.push(list.vector(3));
    if (isTls13) list.vector(2);
  }
  return chain;
}

function readAuthorities(reader: Reader, isTls13: boolean): Uint8Array[] {
  reader.vector(1);
  if (!isTls13) {
    reader.vector(2);
    return readNames(new Reader(reader.vector(2)));
  }
  const extensions = new Reader(reader.vector(2));
  while (extensions.hasMore) {
    const type = extensions.number(2);
    const value = extensions.vector(2);
    if (type === CERTIFICATE_AUTHORITIES) return readNames(new Reader(new Reader(value).vector(2)));
  }
  return [];
}

function readNames(reader: Reader): Uint8Array[] {
  const names: Uint8Array[] = [];
  while (reader.hasMore) names.push(reader.vector(2));
  return names;
}

/** Reads the vectors of TLS (RFC 8446, 3.4); what is cut short reads as what is there. */
class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  get hasMore(): boolean {
    return this.at < this.bytes.length;
  }

  number(octets: number): number {
    const end = Math.min(this.at + octets, this.bytes.length);
    const value = end === this.at ? 0 : this.bytes.readUIntBE(this.at, end - this.at);
    this.at = end;
    return value;
  }

  /** Contents of a vector whose length is given in so many octets. */
  vector(lengthOctets: number): Buffer {
    const length = this.number(lengthOctets);
    const content = this.bytes.subarray(this.at, this.at + length);
    this.at += length;
    return content;
  }
}
