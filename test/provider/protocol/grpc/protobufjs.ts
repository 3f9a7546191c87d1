import { Root, type Type } from "protobufjs";
import type { MessageTable } from "../../../../lib/provider/protocol/wire";

/** Fields that Terraform may send some day: of every wire type, under numbers that no message of ours has. */
const unknownFields = {
  unknown_varint: { id: 1001, type: "uint64" },
  unknown_fixed64: { id: 1002, type: "fixed64" },
  unknown_bytes: { id: 1003, type: "bytes" },
  unknown_fixed32: { id: 1005, type: "float" },
  unknown_list: { id: 1006, type: "int32", rule: "repeated" },
};

/** `wire.ts`'s table as protobufjs, the second opinion, reads and writes it. */
export function protobufjsTypes(table: MessageTable, additional: object = {}): (name: string) => Type {
  const nested = Object.fromEntries(
    Object.entries(table).map(([name, fields]) => {
      const known = Object.entries(fields).map(([field, text]) => [field, describeField(text)]);
      return [name, { fields: { ...Object.fromEntries(known), ...additional } }];
    }),
  );
  const root = Root.fromJSON({ nested });
  return (name) => root.lookupType(name);
}

/** The same, with fields that are unknown to us. */
export function laterTypes(table: MessageTable): (name: string) => Type {
  return protobufjsTypes(table, unknownFields);
}

function describeField(text: string): object {
  const [, id, map, type, repeated] = /^(\d+) (map )?(\w+)(\[\])?$/.exec(text) ?? [];
  if (map !== undefined) return { id: Number(id), type, keyType: "string" };
  return { id: Number(id), type, ...(repeated === undefined ? {} : { rule: "repeated" }) };
}
