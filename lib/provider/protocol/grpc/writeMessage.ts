import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { type ResponseName, responses } from "../wire";
import { fieldsOf, type MessageField } from "./messageFields";

const fieldsOfResponse = fieldsOf(responses);

/** Writes a message as protobuf 3 has it. Fields that are not given, or null, are left out; what is no field is not written. */
export function writeMessage(name: ResponseName, message: object): Uint8Array {
  const writer = new BinaryWriter();
  writeFields(writer, name, message as Values);
  return writer.finish();
}

type Values = Readonly<Record<string, unknown>>;

function writeFields(writer: BinaryWriter, name: string, message: Values): void {
  for (const field of fieldsOfResponse(name)) {
    const value = message[field.name];
    if (value === undefined || value === null) continue;
    if (field.label === "one") writeValue(writer, field, value);
    else if (field.label === "many") {
      for (const item of value as readonly unknown[]) writeValue(writer, field, item);
    } else {
      for (const [key, item] of Object.entries(value)) writeMapEntry(writer, field, key, item);
    }
  }
}

/** A map is a repeated message of a key and a value. */
function writeMapEntry(
  writer: BinaryWriter,
  { number, type }: MessageField,
  key: string,
  item: unknown,
): void {
  writer.tag(number, WireType.LengthDelimited).fork();
  writer.tag(1, WireType.LengthDelimited).string(key);
  writeValue(writer, { number: 2, type }, item);
  writer.join();
}

function writeValue(
  writer: BinaryWriter,
  { number, type }: Pick<MessageField, "number" | "type">,
  value: unknown,
): void {
  switch (type) {
    case "bytes":
      writer.tag(number, WireType.LengthDelimited).bytes(value as Uint8Array);
      return;
    case "string":
      writer.tag(number, WireType.LengthDelimited).string(value as string);
      return;
    case "bool":
      writer.tag(number, WireType.Varint).bool(value as boolean);
      return;
    case "int32":
      writer.tag(number, WireType.Varint).int32(value as number);
      return;
    case "int64":
      writer.tag(number, WireType.Varint).int64(value as number);
      return;
    default:
      writer.tag(number, WireType.LengthDelimited).fork();
      writeFields(writer, type, value as Values);
      writer.join();
  }
}
