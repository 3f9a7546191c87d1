import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { type RequestName, requests } from "../wire";
import { fieldsOf, type MessageField } from "./messageFields";
import { damagedMessage } from "./status";

/** How a type is read, and what it is where nothing was sent. */
interface Scalar {
  readonly wireType: WireType;
  readonly read: (reader: BinaryReader) => unknown;
  readonly absent: unknown;
}

const scalars: Readonly<Record<string, Scalar>> = {
  bytes: { wireType: WireType.LengthDelimited, read: (reader) => reader.bytes(), absent: new Uint8Array(0) },
  string: { wireType: WireType.LengthDelimited, read: (reader) => reader.string(true), absent: "" },
  // A schema's version, which a double holds.
  int64: { wireType: WireType.Varint, read: (reader) => Number(reader.int64()), absent: 0 },
};

/** A message that was read: every field is there, a message that was not sent is null. */
export type ReadMessage = Record<string, unknown>;

const fieldsOfRequest = fieldsOf(requests);

/**
 * Reads a message as protobuf 3 has it. Fields that are unknown, or have another type than here, are skipped.
 *
 * @throws CallRefused where the bytes are no message
 */
export function readMessage(name: RequestName, bytes: Uint8Array): ReadMessage {
  try {
    return readInto(emptyMessage(name), name, bytes);
  } catch (error) {
    throw damagedMessage(name, error);
  }
}

function emptyMessage(name: string): ReadMessage {
  return Object.fromEntries(
    fieldsOfRequest(name).map(({ name: field, type }) => [field, scalars[type]?.absent ?? null]),
  );
}

function readInto(message: ReadMessage, name: string, bytes: Uint8Array): ReadMessage {
  const fields = fieldsOfRequest(name);
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [number, wireType] = reader.tag();
    const field = fields.find((one) => one.number === number);
    if (field === undefined || wireTypeOf(field) !== wireType) reader.skip(wireType, number);
    else message[field.name] = readField(field, reader, message[field.name]);
  }
  return message;
}

function wireTypeOf({ type }: MessageField): WireType {
  return scalars[type]?.wireType ?? WireType.LengthDelimited;
}

/** Of a scalar that is sent twice the last counts; messages are merged. */
function readField({ type }: MessageField, reader: BinaryReader, before: unknown): unknown {
  const scalar = scalars[type];
  if (scalar !== undefined) return scalar.read(reader);
  return readInto((before as ReadMessage | null) ?? emptyMessage(type), type, reader.bytes());
}
