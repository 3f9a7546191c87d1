import { type CertificateRequest, readCertificateRequest } from "./certificateRequest";
import { type OpenedRecord, openOldRecords, openRecords, type ServerSecrets } from "./sealedRecords";
import { suiteOf } from "./suites";
import { VectorReader } from "./vectors";

/** What a server said, as far as it can be read. */
export interface ServerMessages {
  /** For example `TLSv1.2`, as its hello chose it; absent where none came. */
  readonly protocol?: string;
  /** DER of the chain as presented, leaf first. */
  readonly chain: readonly Uint8Array[];
  /** What it asks of a client in the handshake. @default - it asks for no client certificate */
  readonly request?: CertificateRequest;
  /**
   * Whether it began another handshake after the first one, as servers of TLS 1.2 do that ask for a certificate once
   * they see what is wanted of them.
   */
  readonly beginsAgain: boolean;
  /** What it asks for in that one. @default - nothing, or it cannot be read */
  readonly laterRequest?: CertificateRequest;
}

const RecordType = { changeCipherSpec: 20, handshake: 22, application: 23 } as const;
const MessageType = { serverHello: 2, certificate: 11, certificateRequest: 13 } as const;

/**
 * Reads what a server sent: in TLS 1.2 the handshake is in the clear and what follows is opened with the master
 * secret, in TLS 1.3 the handshake is opened with its traffic secret. Stops without complaint where something is
 * missing.
 *
 * @param bytes all that the server sent, records and all
 */
export function readServerMessages(bytes: Uint8Array, secrets: ServerSecrets = {}): ServerMessages {
  const isTls13 = secrets.handshake !== undefined;
  const { open, sealed } = splitRecords(Buffer.from(bytes), isTls13);
  const hello = find(open, MessageType.serverHello);
  const messages = isTls13 ? [...open, ...openedMessages(sealed, hello, secrets)] : open;
  const chain = find(messages, MessageType.certificate);
  const request = find(messages, MessageType.certificateRequest);
  const later = isTls13 ? [] : openedMessages(sealed, hello, secrets);
  const laterRequest = find(later, MessageType.certificateRequest);
  return {
    ...protocolOf(hello, isTls13),
    chain: chain === undefined ? [] : readChain(new VectorReader(chain), isTls13),
    ...(request === undefined ? {} : { request: readCertificateRequest(request, isTls13) }),
    // The first handshake record under the server's keys ends its handshake (RFC 5246, 7.3).
    beginsAgain: !isTls13 && sealed.filter((record) => record[0] === RecordType.handshake).length > 1,
    ...(laterRequest === undefined ? {} : { laterRequest: readCertificateRequest(laterRequest, false) }),
  };
}

/** TLS 1.3 calls itself 1.2 in the hello (RFC 8446, 4.1.3). */
function protocolOf(hello: Buffer | undefined, isTls13: boolean): Pick<ServerMessages, "protocol"> {
  if (isTls13) return { protocol: "TLSv1.3" };
  const minor = hello?.[1];
  if (minor === undefined) return {};
  return { protocol: minor === 1 ? "TLSv1" : `TLSv1.${minor - 1}` };
}

interface HandshakeMessage {
  readonly type: number;
  readonly body: Buffer;
}

function find(messages: readonly HandshakeMessage[], wanted: number): Buffer | undefined {
  return messages.find(({ type }) => type === wanted)?.body;
}

/** What came in the clear, and the records that did not. */
function splitRecords(
  bytes: Buffer,
  isTls13: boolean,
): { readonly open: readonly HandshakeMessage[]; readonly sealed: readonly Buffer[] } {
  const clear: Buffer[] = [];
  const sealed: Buffer[] = [];
  let isSealed = false;
  for (let at = 0; at + 5 <= bytes.length;) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (end > bytes.length) break;
    const type = bytes[at];
    if (isSealed || type === RecordType.application) sealed.push(bytes.subarray(at, end));
    else if (type === RecordType.handshake) clear.push(bytes.subarray(at + 5, end));
    // In TLS 1.3 it means nothing (RFC 8446, 5).
    if (type === RecordType.changeCipherSpec && !isTls13) isSealed = true;
    at = end;
  }
  return { open: splitMessages(Buffer.concat(clear)), sealed };
}

function openedMessages(
  sealed: readonly Buffer[],
  hello: Buffer | undefined,
  secrets: ServerSecrets,
): HandshakeMessage[] {
  const opened = openSealed(sealed, hello, secrets).filter(({ type }) => type === RecordType.handshake);
  return splitMessages(Buffer.concat(opened.map(({ content }) => content)));
}

function openSealed(
  sealed: readonly Buffer[],
  hello: Buffer | undefined,
  { handshake, master }: ServerSecrets,
): OpenedRecord[] {
  const suite = suiteOf(hello);
  if (suite === undefined || hello === undefined) return [];
  if (handshake !== undefined) return openRecords(sealed, handshake, suite);
  return master === undefined ? [] : openOldRecords(sealed, master, suite, hello);
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

function readChain(reader: VectorReader, isTls13: boolean): Uint8Array[] {
  if (isTls13) reader.vector(1);
  const list = new VectorReader(reader.vector(3));
  const chain: Uint8Array[] = [];
  while (list.hasMore) {
    chain.push(list.vector(3));
    if (isTls13) list.vector(2);
  }
  return chain;
}
