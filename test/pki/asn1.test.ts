import fc from "fast-check";
import {
  childrenOf,
  encodeElement,
  encodeInteger,
  encodeObjectIdentifier,
  encodeOctetString,
  encodeSequence,
  encodeSetOf,
  readAsn1,
  readInteger,
  readObjectIdentifier,
  readOctetString,
  readSequence,
  readSmallInteger,
} from "../../lib/pki/asn1";

describe("ASN.1", () => {
  test("every integer survives encoding and reading", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 200n), max: 1n << 200n }), (value) => {
        expect(readInteger(readAsn1(encodeInteger(value)), "value")).toBe(value);
      }),
    );
  });

  test("encodes integers as X.690 gives them", () => {
    expect(encodeInteger(127).toString("hex")).toBe("02017f");
    expect(encodeInteger(128).toString("hex")).toBe("02020080");
    expect(encodeInteger(-128).toString("hex")).toBe("020180");
    expect(encodeInteger(0).toString("hex")).toBe("020100");
  });

  test("object identifiers read back, also with arcs beyond one octet", () => {
    for (const dotted of [
      "1.2.840.113549.1.12.10.1.2",
      "2.5.29.17",
      "2.16.840.1.113894.746875.1.1",
      "2.999.3",
      "0.9.2342.19200300.100.1.25",
      "2.25.340282366920938463463374607431768211455",
    ]) {
      expect(readObjectIdentifier(readAsn1(encodeObjectIdentifier(dotted)), "oid")).toBe(dotted);
    }
    expect(encodeObjectIdentifier("1.2.840.113549").toString("hex")).toBe("06062a864886f70d");
  });

  test("long lengths use the long form", () => {
    const content = Buffer.alloc(70_000, 7);
    const encoded = encodeOctetString(content);
    expect(encoded.subarray(0, 5).toString("hex")).toBe("0483011170".slice(0, 10));
    expect(Buffer.from(readOctetString(readAsn1(encoded), "content"))).toEqual(content);
  });

  test("reads indefinite lengths and constructed octet strings, as NSS writes them", () => {
    const bytes = Buffer.from("3080" + "2480" + "040161" + "04026263" + "0000" + "0000", "hex");
    const [string] = readSequence(readAsn1(bytes), "outer");
    expect(Buffer.from(readOctetString(string, "string")).toString()).toBe("abc");
  });

  test("a SET OF is sorted by its encodings", () => {
    const set = encodeSetOf([encodeInteger(3), encodeInteger(1), encodeInteger(2)]);
    expect(childrenOf(readAsn1(set)).map((child) => readInteger(child, "member"))).toEqual([1n, 2n, 3n]);
  });

  test.each([
    ["nothing", ""],
    ["a length beyond the end", "300502"],
    ["bytes after the end", "020100ff"],
    ["an indefinite length without end", "3080020100"],
    ["a primitive of indefinite length", "04800000"],
    ["a tag above 30", "1f8101"],
  ])("refuses %s", (_, hex) => {
    expect(() => readAsn1(Buffer.from(hex, "hex"))).toThrow(
      expect.objectContaining({ code: "malformed-asn1" }),
    );
  });

  test("refuses nesting without end", () => {
    let nested: Buffer = encodeInteger(1);
    for (let level = 0; level < 100; level += 1) nested = encodeSequence(nested);
    const descend = (bytes: Buffer): void => {
      for (let element = readAsn1(bytes); element.tag === 0x30;) {
        const [child] = childrenOf(element);
        if (child === undefined) return;
        element = child;
      }
    };
    expect(() => descend(nested)).toThrow("nested deeper than 64 levels");
    expect(() => readAsn1(Buffer.from("3080".repeat(100_000), "hex"))).toThrow("nested deeper");
  });

  test("refuses what would cost time or memory out of all proportion", () => {
    const integer = encodeElement(0x02, Buffer.alloc(1_000_000, 0x55));
    expect(() => readSmallInteger(readAsn1(integer), "count")).toThrow("count has 1000000 octets");
    const identifier = encodeElement(0x06, Buffer.alloc(1_000_000, 0x81), Buffer.from([1]));
    expect(() => readObjectIdentifier(readAsn1(identifier), "oid")).toThrow("oid has 1000001 octets");
    const crowded = encodeElement(0x30, Buffer.from("0500".repeat(200_001), "hex"));
    expect(() => childrenOf(readAsn1(crowded))).toThrow("more than 200000 elements");
  });

  test("mutated bytes give a typed error or a value, never anything else", () => {
    const good = encodeSequence(encodeInteger(5), encodeElement(0xa0, encodeOctetString(Buffer.from("abc"))));
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), (at, octet) => {
        const bad = Buffer.from(good);
        bad[at] = octet;
        try {
          readAsn1(bad);
        } catch (error) {
          expect(error).toHaveProperty("code", "malformed-asn1");
        }
      }),
    );
  });
});
