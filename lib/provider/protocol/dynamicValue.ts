import { Decoder, Encoder, ExtensionCodec } from "@msgpack/msgpack";
import { wrongValue } from "./errors";
import type { Values } from "./resource";
import { type Attribute, type AttributeType, type Attributes, Unknown } from "./schema";

/** A value as Terraform sends it: msgpack, or JSON where it comes from a state file. */
export interface DynamicValue {
  readonly msgpack?: Uint8Array;
  readonly json?: Uint8Array;
}

/** Terraform's unknown value: extension type 0 with one byte that means nothing. */
const extensionCodec = new ExtensionCodec();
extensionCodec.register({
  type: 0,
  encode: (value) => (value instanceof Unknown ? new Uint8Array(1) : null),
  decode: () => Unknown.value,
});

/** Type 12 carries what is known of an unknown value (a prefix, not null); it stays unknown to us. */
extensionCodec.register({ type: 12, encode: () => null, decode: () => Unknown.value });

/** One each for all values: they keep the memory that they work in. */
const encoder = new Encoder({ extensionCodec });
const decoder = new Decoder({ extensionCodec });

/**
 * Reads the values of a schema; undefined where Terraform sends null for the whole (no resource).
 *
 * @throws ProviderError `wrong-value`
 */
export function decodeValues(
  value: DynamicValue | null | undefined,
  attributes: Attributes,
): Values | undefined {
  if (value?.msgpack !== undefined && value.msgpack.length > 0) {
    return readObject(decoder.decode(value.msgpack), attributes, "value");
  }
  if (value?.json !== undefined && value.json.length > 0) return decodeJson(value.json, attributes);
  return undefined;
}

/**
 * Reads a state as its file holds it: what the schema no longer has is dropped, what it newly has is its default, or
 * null. Numbers of ours are small and whole, so JSON's doubles lose nothing.
 */
export function decodeJson(json: Uint8Array, attributes: Attributes): Values | undefined {
  const parsed: unknown = JSON.parse(Buffer.from(json).toString("utf8"));
  const state = readObject(parsed, attributes, "state");
  if (state === undefined) return undefined;
  const complete = Object.entries(attributes).map(([name, attribute]) => [
    name,
    state[name] ?? attribute.default ?? null,
  ]);
  return Object.fromEntries(complete);
}

/**
 * The state, if it says all that the schema requires; a state file may have been edited by hand.
 *
 * @throws ProviderError `wrong-value`
 */
export function requireComplete(values: Values | undefined, attributes: Attributes): Values | undefined {
  if (values === undefined) return undefined;
  const missing = Object.entries(attributes).find(
    ([name, { presence }]) => presence === "required" && (values[name] ?? null) === null,
  );
  if (missing !== undefined) throw wrongValue(`state.${missing[0]}`, "given");
  return values;
}

/** Writes every attribute of the schema, null where there is no value; undefined is "no resource". */
export function encodeValues(values: Values | undefined, attributes: Attributes): DynamicValue {
  const complete = values === undefined ? null : withEveryKey(values, attributes);
  return { msgpack: encoder.encode(complete) };
}

function withEveryKey(values: Values, attributes: Attributes): object {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => [name, writeValue(values[name], attribute)]),
  );
}

function writeValue(value: unknown, attribute: Attribute<unknown>): unknown {
  if (value === undefined || value === null) return null;
  const { type } = attribute;
  if (type.kind === "list" && Array.isArray(value)) {
    return value.map((item: unknown) => (isRecord(item) ? withEveryKey(item, type.attributes) : item));
  }
  return value;
}

function readObject(value: unknown, attributes: Attributes, where: string): Values | undefined {
  if (value === null || value === undefined) return undefined;
  if (!isRecord(value)) throw wrongValue(where, "an object");
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type }]) => [
      name,
      readValue(value[name], type, `${where}.${name}`),
    ]),
  );
}

function readValue(value: unknown, type: AttributeType, where: string): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof Unknown) return value;
  switch (type.kind) {
    case "string":
      if (typeof value !== "string") throw wrongValue(where, "a string");
      return value;
    case "bool":
      if (typeof value !== "boolean") throw wrongValue(where, "true or false");
      return value;
    case "number":
      // Terraform sends what no double holds as text.
      if (typeof value !== "number") throw wrongValue(where, "a number of at most 15 digits");
      return value;
    case "map":
      if (!isRecord(value)) throw wrongValue(where, "a map");
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [
          key,
          readValue(item, type.element, `${where}["${key}"]`),
        ]),
      );
    case "sequence":
      if (!Array.isArray(value)) throw wrongValue(where, "a list");
      return value.map((item: unknown, index) => readValue(item, type.element, `${where}[${index}]`));
    case "list":
      if (!Array.isArray(value)) throw wrongValue(where, "a list");
      return value.map((item: unknown, index) =>
        item instanceof Unknown ? item : readObject(item, type.attributes, `${where}[${index}]`),
      );
    default:
      return type satisfies never;
  }
}

function isRecord(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Unknown);
}
