import { encode } from "@msgpack/msgpack";
import { decodeJson, decodeValues, encodeValues } from "../../../lib/provider/protocol/dynamicValue";
import { computed, defaulted, optional, required, Unknown } from "../../../lib/provider/protocol/schema";

const attributes = {
  id: computed.string("Id."),
  created: computed.bool("Whether it is ours."),
  triggers: optional.mapOfStrings("Triggers."),
  settings: required.listOf(
    { name: required.string("Name."), value: optional.string("Value.") },
    "Settings.",
  ),
};

describe("dynamic values", () => {
  test("come back as they were sent, every key present, null where absent", () => {
    // GIVEN
    const values = {
      id: Unknown.value,
      created: true,
      triggers: { a: "1", ü: "2" },
      settings: [
        { name: "port", value: null },
        { name: "tls", value: Unknown.value },
      ],
    };

    // WHEN
    const decoded = decodeValues(encodeValues(values, attributes), attributes);

    // THEN
    expect(decoded).toEqual(values);
    expect(decodeValues(encodeValues({}, attributes), attributes)).toEqual({
      id: null,
      created: null,
      triggers: null,
      settings: null,
    });
  });

  test("tell no resource, an empty map and an absent one apart", () => {
    expect(decodeValues(encodeValues(undefined, attributes), attributes)).toBeUndefined();
    expect(decodeValues(undefined, attributes)).toBeUndefined();
    expect(decodeValues(encodeValues({ triggers: {} }, attributes), attributes)).toMatchObject({
      triggers: {},
    });
    expect(encodeValues(undefined, attributes).msgpack).toEqual(Buffer.from([0xc0]));
  });

  test("are unknown as Terraform writes it: extension type 0, one octet", () => {
    // WHEN
    const { msgpack } = encodeValues({ id: Unknown.value }, { id: attributes.id });

    // THEN
    expect(msgpack).toEqual(Buffer.from([0x81, 0xa2, 0x69, 0x64, 0xd4, 0x00, 0x00]));
  });

  test("are unknown where Terraform knows a part of them: extension type 12", () => {
    // GIVEN an unknown string of which it is known that it is not null
    const refined = Buffer.from([0x81, 0xa2, 0x69, 0x64, 0xc7, 0x03, 0x0c, 0x81, 0x01, 0xc2]);

    // THEN
    expect(decodeValues({ msgpack: refined }, { id: attributes.id })).toEqual({ id: Unknown.value });
  });

  test("of an older state lose what the schema no longer has", () => {
    // GIVEN
    const json = Buffer.from('{"id": "x", "retired": 1, "settings": [{"name": "port", "retired": true}]}');

    // THEN
    expect(decodeJson(json, attributes)).toEqual({
      id: "x",
      created: null,
      triggers: null,
      settings: [{ name: "port", value: null }],
    });
  });

  test("of a state that was written before an attribute was there are its default", () => {
    const newer = { ...attributes, generation: defaulted.number(0, "Generation.") };
    expect(decodeJson(Buffer.from('{"id": "x"}'), newer)).toMatchObject({ id: "x", generation: 0 });
    expect(decodeJson(Buffer.from('{"generation": 3}'), newer)).toMatchObject({ generation: 3 });
    expect(decodeValues(encodeValues({ generation: 7 }, newer), newer)).toMatchObject({ generation: 7 });
  });

  test("are no numbers that a double does not hold, which Terraform sends as text", () => {
    const number = { generation: defaulted.number(0, "Generation.") };
    expect(() => decodeValues({ msgpack: encode({ generation: "1e300" }) }, number)).toThrow(
      "value.generation should be a number of at most 15 digits",
    );
  });

  test.each([
    ["a number for a string", { id: 1 }, "value.id should be a string"],
    ["a string for a truth value", { created: "true" }, "value.created should be true or false"],
    ["a list for a map", { triggers: [] }, "value.triggers should be a map"],
    ["a string in a map's place", { triggers: { a: 1 } }, 'value.triggers["a"] should be a string'],
    ["a map for a list", { settings: {} }, "value.settings should be a list"],
    ["a list for everything", [], "value should be an object"],
  ])("refuse %s", (_what, wrong, message) => {
    expect(() => decodeValues({ msgpack: encode(wrong) }, attributes)).toThrow(message);
  });
});
