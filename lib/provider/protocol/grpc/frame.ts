import { damagedMessage, notOneMessage } from "./status";

/** Before each message: whether it is compressed, and how long it is. */
const HEADER_LENGTH = 5;

/** A message as it goes out, not compressed (`grpc/doc/PROTOCOL-HTTP2.md`, Length-Prefixed-Message). */
export function frame(message: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(HEADER_LENGTH + message.length);
  framed.writeUInt8(0);
  framed.writeUInt32BE(message.length, 1);
  framed.set(message, HEADER_LENGTH);
  return framed;
}

/**
 * The one message that a call has sent.
 *
 * @param sent all that came until the caller had no more to say
 * @param path of the method, for messages
 * @throws CallRefused where it is none, or more than one, or compressed
 */
export function unframe(sent: Buffer, path: string): Buffer {
  if (sent.length === 0) throw notOneMessage(path);
  if (sent.length < HEADER_LENGTH) throw damagedMessage("header of a message");
  // Whoever compresses has to say how, and is refused then.
  if (sent[0] !== 0) throw damagedMessage("header of a message");
  const end = HEADER_LENGTH + sent.readUInt32BE(1);
  if (sent.length < end) throw damagedMessage(`message of ${end - HEADER_LENGTH} bytes`);
  if (sent.length > end) throw notOneMessage(path);
  return sent.subarray(HEADER_LENGTH, end);
}
