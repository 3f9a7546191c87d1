import { TrustError } from "../../../../lib/model";
import { readMessage } from "../../../../lib/provider/protocol/grpc/readMessage";
import { writeMessage } from "../../../../lib/provider/protocol/grpc/writeMessage";
import {
  type MessageTable,
  type RequestName,
  requests,
  type ResponseName,
  responses,
} from "../../../../lib/provider/protocol/wire";
import { type Random, seeded } from "../../../support/mutations";
import { laterTypes, protobufjsTypes } from "./protobufjs";

const rounds = process.env["SLOW"] === "1" ? 5_000 : 200;

type Values = Record<string, unknown>;

const texts = ["", "a", "trust_keystore", "Schlüssel", "鍵🔑", "\ufeffmark", "\0", "x".repeat(300)];
const numbers = [0, 1, 2, 127, 128, 300, 2 ** 31 - 1, -1, -(2 ** 31)];
const large = [...numbers, 2 ** 32, 2 ** 53 - 1, -(2 ** 53 - 1)];

/** Any value of a type; deep messages run out of fields, so that a type that holds itself ends. */
function anyValue(table: MessageTable, type: string, random: Random, depth: number): unknown {
  const one = <T>(items: readonly T[]): T => items[random(items.length)] as T;
  switch (type) {
    case "string":
      return one(texts);
    case "bytes":
      return Buffer.from(Array.from({ length: one([0, 1, 5, 200]) }, () => random(256)));
    case "bool":
      return random(2) === 0;
    case "int32":
      return one(numbers);
    case "int64":
    case "uint64":
    case "fixed64":
      return one(type === "int64" ? large : large.filter((number) => number >= 0));
    case "float":
      return one([0, 1.5, -2]);
    default:
      return anyMessage(table, type, random, depth + 1);
  }
}

/** A message in which any field may be left out. */
function anyMessage(table: MessageTable, name: string, random: Random, depth = 0): Values {
  const given = Object.entries(table[name] ?? {}).filter(() => depth < 4 && random(10) < 7);
  return Object.fromEntries(
    given.map(([field, text]) => {
      const [, map, type = "", repeated] = /^\d+ (map )?(\w+)(\[\])?$/.exec(text) ?? [];
      const value = () => anyValue(table, type, random, depth);
      const items = Array.from({ length: random(4) }, value);
      if (map !== undefined)
        return [
          field,
          Object.fromEntries(items.map((item, index) => [texts[index + 1 - (index % 2)] ?? "k", item])),
        ];
      return [field, repeated === undefined ? value() : items];
    }),
  );
}

/** As protobufjs says what it read: everything is there, and 64 bits are a number. */
const complete = { defaults: true, arrays: true, objects: true, longs: Number, bytes: Buffer } as const;

describe(`${rounds} messages each, with protobufjs as the judge`, () => {
  test.each(Object.keys(responses) as ResponseName[])("%s is read there as it was written here", (name) => {
    const type = protobufjsTypes(responses)(name);
    const random = seeded(name.length);
    for (let round = 0; round < rounds; round += 1) {
      const message = anyMessage(responses, name, random);

      // WHEN
      const read = type.toObject(type.decode(writeMessage(name, message)), complete);

      // THEN
      const same = type.toObject(type.decode(type.encode(type.fromObject(message)).finish()), complete);
      expect(read).toEqual(same);
    }
  });

  test.each(Object.keys(requests) as RequestName[])("%s is read here as it was written there", (name) => {
    const later = laterTypes(requests)(name);
    const random = seeded(name.length);
    for (let round = 0; round < rounds; round += 1) {
      const message = {
        ...anyMessage(requests, name, random),
        unknown_varint: anyValue(requests, "uint64", random, 0),
        unknown_fixed64: anyValue(requests, "fixed64", random, 0),
        unknown_bytes: anyValue(requests, "bytes", random, 0),
        unknown_fixed32: anyValue(requests, "float", random, 0),
        unknown_list: [1, 300, -1],
      };
      const bytes = later.encode(later.fromObject(message)).finish();

      // WHEN
      const read = readMessage(name, bytes);

      // THEN
      const type = protobufjsTypes(requests)(name);
      expect(plain(read)).toEqual(plain(type.toObject(type.decode(bytes), complete)));
    }
  });

  test.each(Object.keys(requests) as RequestName[])(
    "%s that is damaged is refused, or is another",
    (name) => {
      const type = laterTypes(requests)(name);
      const random = seeded(name.length + 1);
      const codes = new Set<string>();
      for (let round = 0; round < rounds; round += 1) {
        const bytes = Buffer.from(type.encode(type.fromObject(anyMessage(requests, name, random))).finish());
        codes.add(codeOf(() => readMessage(name, damaged(bytes, random))));
      }
      expect([...codes].sort()).toEqual(["call-refused", "none"]);
    },
  );
});

describe("readMessage", () => {
  test("gives every field, and null for a message that was not sent", () => {
    expect(readMessage("ReadRequest", Buffer.alloc(0))).toEqual({
      type_name: "",
      current_state: null,
      private: new Uint8Array(0),
    });
  });

  test("takes the last of a scalar and merges messages, as protobuf demands", () => {
    const type = protobufjsTypes(requests)("ConfigRequest");
    const bytes = Buffer.concat(
      [
        { config: { msgpack: Buffer.from("a"), json: Buffer.from("b") } },
        { config: { json: Buffer.from("c") } },
      ].map((message) => type.encode(type.fromObject(message)).finish()),
    );
    expect(plain(readMessage("ConfigRequest", bytes))).toEqual({
      config: { msgpack: Buffer.from("a"), json: Buffer.from("c") },
    });
  });

  test.each([
    ["a length beyond the end", "0a05"],
    ["a length that no message has", "0affffffff0f"],
    ["a varint without an end", `10${"ff".repeat(11)}`],
    ["a tag without a number", "00"],
    ["text that is no UTF-8", "0a02c328"],
    ["a group that is not ended", "1b08"],
    ["an end of no group", "1c"],
    [`groups in groups`, "1b".repeat(100_000)],
  ])("refuses %s", (_what, hexadecimal) => {
    expect(() => readMessage("UpgradeRequest", Buffer.from(hexadecimal, "hex"))).toThrow(
      /^the UpgradeRequest that was sent is damaged: /,
    );
  });

  test("skips a field of another type than here", () => {
    // Field 1 as a number, field 2 as text.
    expect(readMessage("UpgradeRequest", Buffer.from("080112026869", "hex"))).toMatchObject({
      type_name: "",
      version: 0,
    });
  });
});

/** Bytes of any class as one class. */
function plain(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, plain(item)]));
}

/** Cut, or with a byte that is another, put in or taken out. */
function damaged(bytes: Buffer, random: Random): Buffer {
  const at = random(bytes.length + 1);
  const byte = Buffer.from([random(256)]);
  const kind = random(4);
  if (kind === 0) return bytes.subarray(0, at);
  if (kind === 1) return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at + 1)]);
  if (kind === 2) return Buffer.concat([bytes.subarray(0, at), byte, bytes.subarray(at)]);
  return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
}

function codeOf(action: () => unknown): string {
  try {
    action();
    return "none";
  } catch (error) {
    if (error instanceof TrustError) return error.code;
    throw error;
  }
}
