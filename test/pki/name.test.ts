import fc from "fast-check";
import { encodeName, parseName } from "../../lib/pki";
import { encodeElement, encodeObjectIdentifier, encodeSequence, encodeSetOf, Tag } from "../../lib/pki/asn1";
import { describeWith } from "../support/tools";
import { askJava, nameQuestion } from "./support/javaJudge";

describe("Name", () => {
  test("prints as keytool does, the first attribute last", () => {
    const name = parseName(
      encodeName({
        commonName: "api.example",
        organizationalUnit: "Integration, Europe",
        organization: 'The "A" Company',
        locality: "Köln",
        state: "NRW",
        country: "DE",
      }),
    );
    expect(name.toString()).toBe(
      'CN=api.example, OU="Integration, Europe", O="The \\"A\\" Company", L=Köln, ST=NRW, C=DE',
    );
    expect(name.toRfc2253()).toBe(
      'CN=api.example,OU=Integration\\, Europe,O=The \\"A\\" Company,L=Köln,ST=NRW,C=DE',
    );
    expect(name.commonName).toBe("api.example");
  });

  test("compares without regard to case, spaces and string type, but to order", () => {
    const name = (...attributes: [oid: string, tag: number, text: string][]) => parseName(nameOf(attributes));
    const plain = name(
      ["2.5.4.10", Tag.printableString, "Example Org"],
      ["2.5.4.3", Tag.printableString, "Root"],
    );

    expect(
      plain.equals(
        name(["2.5.4.10", Tag.utf8String, " example   ORG "], ["2.5.4.3", Tag.utf8String, "ROOT"]),
      ),
    ).toBe(true);
    expect(
      plain.equals(
        name(["2.5.4.3", Tag.printableString, "Root"], ["2.5.4.10", Tag.printableString, "Example Org"]),
      ),
    ).toBe(false);
    expect(plain.equals(name(["2.5.4.3", Tag.printableString, "Root"]))).toBe(false);
    expect(
      plain.equals(
        name(["2.5.4.10", Tag.teletexString, "Example Org"], ["2.5.4.3", Tag.printableString, "Root"]),
      ),
    ).toBe(false);
  });

  test("the common name that counts is the last one", () => {
    const name = parseName(
      nameOf([
        ["2.5.4.3", Tag.utf8String, "first"],
        ["2.5.4.3", Tag.utf8String, "last"],
      ]),
    );
    expect(name.commonName).toBe("last");
    expect(parseName(nameOf([])).isEmpty).toBe(true);
  });

  test("what was written is read", () => {
    const text = fc.string({ minLength: 1, unit: "binary" });
    const wanted = fc.record(
      {
        commonName: text,
        organizationalUnit: text,
        organization: text,
        locality: text,
        state: text,
        country: fc.constant("DE"),
      },
      { requiredKeys: ["commonName"] },
    );
    fc.assert(
      fc.property(wanted, (name) => {
        const attributes = parseName(encodeName(name)).parts.flat();
        expect(new Set(attributes.map((attribute) => attribute.text))).toEqual(new Set(Object.values(name)));
      }),
    );
  });
});

describe.each(["java", "java25"] as const)("names, judged by %s", (java) => {
  describeWith(java, "X500Principal", () => {
    test("print in all three forms as Java prints them", () => {
      // GIVEN names of every string type, with everything that is quoted or escaped somewhere
      const text = fc
        .array(
          fc.constantFrom(
            "a",
            "B",
            " ",
            "  ",
            ",",
            "+",
            "=",
            "#",
            ";",
            '"',
            "\\",
            "<",
            ">",
            "\n",
            "\t",
            "ß",
            "Ä",
            "ﬁ",
            "\0",
            "é",
            "1",
            "*",
            "@",
          ),
          { maxLength: 6 },
        )
        .map((parts) => parts.join(""));
      const oid = fc.constantFrom(
        "2.5.4.3",
        "2.5.4.6",
        "2.5.4.7",
        "2.5.4.8",
        "2.5.4.9",
        "2.5.4.10",
        "2.5.4.11",
        "2.5.4.12",
        "2.5.4.5",
        "2.5.4.4",
        "2.5.4.42",
        "2.5.4.43",
        "2.5.4.44",
        "2.5.4.46",
        "1.2.840.113549.1.9.1",
        "0.9.2342.19200300.100.1.25",
        "0.9.2342.19200300.100.1.1",
        "1.3.6.1.4.1.42.2.11.2.1",
        "1.2.3.4",
        "2.5.4.17",
      );
      const tag = fc.constantFrom(
        Tag.utf8String,
        Tag.utf8String,
        Tag.printableString,
        Tag.ia5String,
        Tag.teletexString,
        Tag.bmpString,
      );
      const part = fc.array(fc.tuple(oid, tag, text), { minLength: 1, maxLength: 2 });
      const ders = fc
        .sample(fc.array(part, { maxLength: 4 }), {
          numRuns: process.env.SLOW === "1" ? 20_000 : 2000,
          seed: 3,
        })
        .map((parts) =>
          encodeSequence(
            ...parts.map((attributes) => encodeSetOf(attributes.map((one) => attributeOf(one)))),
          ),
        );
      // WHEN
      const answers = askJava(
        java,
        ders.map((der) => nameQuestion(der)),
      );
      // THEN
      const names = ders.map((der) => parseName(der));
      const ours = names.map((name) => [name.toString(), name.toRfc2253(), name.canonical]);
      const theirs = answers.map((line, index) => {
        const [owner, rfc2253, canonical] = line
          .split(" ")
          .map((form) => Buffer.from(form, "base64").toString());
        // Java takes every string for UTF-8 in this form; we print what is meant.
        const isGarbled = names[index]?.parts
          .flat()
          .some(({ tag }) => tag === Tag.bmpString || tag === Tag.teletexString);
        return [owner, isGarbled === true ? names[index]?.toRfc2253() : rfc2253, canonical];
      });
      expect(ours).toEqual(theirs);
    });
  });
});

function nameOf(attributes: readonly [oid: string, tag: number, text: string][]): Buffer {
  return encodeSequence(...attributes.map((attribute) => encodeSetOf([attributeOf(attribute)])));
}

function attributeOf([oid, tag, text]: [oid: string, tag: number, text: string]): Buffer {
  return encodeSequence(encodeObjectIdentifier(oid), encodeElement(tag, encodeText(tag, text)));
}

function encodeText(tag: number, text: string): Buffer {
  if (tag === Tag.utf8String) return Buffer.from(text, "utf8");
  if (tag === Tag.bmpString) return Buffer.from(text, "utf16le").swap16();
  if (tag === Tag.teletexString) return Buffer.from(text, "latin1");
  return Buffer.from(text.replace(/[^\0-\x7f]/g, "?"), "latin1");
}
