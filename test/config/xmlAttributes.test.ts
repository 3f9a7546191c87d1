import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import fc from "fast-check";

import { ConfigError, editXmlAttributes, readXmlAttribute, type XmlAttributeSetting } from "../../lib/config";
import { describeWith, tool } from "../support/tools";

const samples = join(__dirname, "../fixtures/samples");
const slow = process.env["SLOW"] === "1";

function sample(name: string): Buffer {
  return readFileSync(join(samples, name));
}

function gateway(attribute: string, value: string | null): XmlAttributeSetting {
  return { kind: "xml-attribute", element: "service-gateway", attribute, value };
}

function edit(text: string, ...settings: XmlAttributeSetting[]): string {
  return editXmlAttributes(Buffer.from(text), settings).toString();
}

function failure(action: () => unknown): ConfigError {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}

const malformed = [
  ["", "no element"],
  ["text", "text outside the root"],
  ["<a>", "line 1: <a> is never closed"],
  ["<a>\n</b>", "line 2: </b> stands where <a> of line 1 must be closed"],
  ["<a/><b/>", "second root"],
  ["<a/></a>", "closes nothing"],
  ["<a b=c/>", "not quoted"],
  ["<a b/>", 'lacks "="'],
  ['<a b="1"c="2"/>', "white space"],
  ['<a b="1" b="2"/>', "twice"],
  ['<a b="1/>\n<c d="x"/>', "not closed"],
  ["<a><!-- </a>", "a comment is never closed"],
  ["<a><![CDATA[ </a>", "a CDATA section is never closed"],
  ["<!DOCTYPE a [ <a/>", "declaration is never closed"],
  ["< a/>", "no name"],
  ["<a", 'lacks ">"'],
] as const;

describe("editXmlAttributes on the Integration Agent's configuration", () => {
  it("changes the value alone, and not the example in a comment", () => {
    const before = sample("reconstructed-IAConfig-A-ssl-false-lf.xml").toString();
    const after = edit(before, gateway("ssl", "true"), gateway("port", "8443"));
    expect(after).toBe(
      before.replace(
        '\n  <service-gateway ssl="false" port="8081"/>',
        '\n  <service-gateway ssl="true" port="8443"/>',
      ),
    );
  });

  it("adds an attribute after the last one; removing it gives back the same bytes", () => {
    const before = sample("reconstructed-IAConfig-A-ssl-false-lf.xml").toString();
    const after = edit(before, gateway("host", "ia01.example.com"));
    expect(after).toContain('<service-gateway ssl="false" port="8081" host="ia01.example.com"/>');
    expect(edit(after, gateway("host", null))).toBe(before);
  });

  it("keeps Windows line ends", () => {
    const before = sample("reconstructed-IAConfig-B-ssl-true-crlf.xml");
    const after = editXmlAttributes(before, [gateway("host", "ia01"), gateway("ssl", "true")]);
    expect(after.toString("latin1")).toBe(
      before.toString("latin1").replace('host="localhost"', 'host="ia01"'),
    );
  });

  it("keeps a byte order mark, prefixes, tabs, single quotes and blanks around the equals sign", () => {
    const before = sample("reconstructed-IAConfig-C-hard-formatting-bom.xml");
    const after = editXmlAttributes(before, [gateway("ssl", "true"), gateway("port", "8443")]);
    expect(after.subarray(0, 3)).toEqual(Buffer.from([0xef, 0xbb, 0xbf]));
    expect(after.toString()).toBe(
      before.toString().replace("port\t= '8081'", "port\t= '8443'\n\t\tssl\t= 'true'"),
    );
    expect(editXmlAttributes(after, [gateway("ssl", null), gateway("port", "8081")])).toEqual(before);
  });

  it.each([
    ["reconstructed-IAConfig-A-ssl-false-lf.xml", "false", null, "8081"],
    ["reconstructed-IAConfig-B-ssl-true-crlf.xml", "true", "localhost", "8081"],
    ["reconstructed-IAConfig-C-hard-formatting-bom.xml", null, "ia01.example.com", "8081"],
  ])("reads %s", (name, ssl, host, port) => {
    const read = (attribute: string): string | null => readXmlAttribute(sample(name), gateway(attribute, ""));
    expect([read("ssl"), read("host"), read("port")]).toEqual([ssl, host, port]);
  });
});

describe("finding the element", () => {
  it("looks at nothing in comments, CDATA, instructions, the DOCTYPE or attribute values", () => {
    const document = [
      `<?xml version='1.0'?>`,
      `<!DOCTYPE a [`,
      `  <!-- it's <service-gateway> ] > -->`,
      `  <?x <service-gateway ?>`,
      `  <!ENTITY e "<service-gateway ssl='x'/>]>">`,
      `  <!ATTLIST service-gateway ssl CDATA "false">`,
      `]>`,
      `<a v="&lt;service-gateway > -->"><![CDATA[<service-gateway/> ]] >]]><?y <service-gateway/> ?>`,
      `  <service-gateway ssl="no"`,
      `    ></service-gateway><service-gateway2 ssl="no"/></a><!-- <service-gateway/> -->`,
    ].join("\n");
    expect(edit(document, gateway("ssl", "yes"))).toBe(
      document.replace('<service-gateway ssl="no"\n', '<service-gateway ssl="yes"\n'),
    );
  });

  it("is an error that names the lines where there are several, whatever their prefixes", () => {
    const document =
      '<a xmlns:p="u">\n<service-gateway/>\r\n<p:service-gateway></p:service-gateway>\r<service-gateway/></a>';
    const error = failure(() => edit(document, gateway("ssl", "true")));
    expect(error.code).toBe("xml-element");
    expect(error.message).toContain("3 elements <service-gateway>, in lines 2, 3 and 4");
  });

  it("is an error where there is none", () => {
    expect(
      failure(() => edit("<a><!-- <service-gateway/> --></a>", gateway("ssl", "true"))).message,
    ).toContain("no element <service-gateway>");
  });

  it.each(malformed)("refuses %j, which no parser takes", (document, words) => {
    const error = failure(() => edit(document, gateway("ssl", "true")));
    expect(error.code).toBe("xml-syntax");
    expect(error.message).toContain(words);
  });
});

describe("values", () => {
  it.each([
    ["a & b < c > d \"e\" 'f'", "\"a &amp; b &lt; c > d &quot;e&quot; 'f'\""],
    ["tab\tline\nend\r", '"tab&#x9;line&#xA;end&#xD;"'],
    ["Größe €", '"Größe €"'],
  ])("are escaped: %j", (value, written) => {
    const after = edit('<service-gateway ssl=""/>', gateway("ssl", value));
    expect(after).toBe(`<service-gateway ssl=${written}/>`);
    expect(readXmlAttribute(Buffer.from(after), gateway("ssl", null))).toBe(value);
  });

  it("keep their spelling where they mean the same already", () => {
    const document = "<service-gateway ssl='&#x74;ru&#101;' host='a\r\nb &apos;'/>";
    expect(edit(document, gateway("ssl", "true"), gateway("host", "a b '"))).toBe(document);
    expect(edit(document, gateway("ssl", "it's"))).toContain("ssl='it&apos;s'");
  });

  it("with an entity of the document's own can be replaced, not read", () => {
    const document = '<!DOCTYPE service-gateway [<!ENTITY h "x">]><service-gateway host="&h;"/>';
    expect(failure(() => readXmlAttribute(Buffer.from(document), gateway("host", null))).code).toBe(
      "xml-value",
    );
    expect(edit(document, gateway("host", "y"))).toContain('host="y"');
  });

  it.each(["\0", "\u{B}", "\u{FFFE}", "\u{D800}"])("that XML cannot hold are refused: %j", (value) => {
    expect(failure(() => edit("<service-gateway/>", gateway("ssl", value))).code).toBe("xml-value");
  });

  it("need an attribute name that is one", () => {
    expect(failure(() => edit("<service-gateway/>", gateway('a="', "x"))).code).toBe("xml-value");
  });
});

describe("encodings", () => {
  const document = (encoding: string): string =>
    `<?xml version="1.0" encoding="${encoding}"?>\n<a n="ä"><service-gateway/></a>`;

  it.each([
    ["ISO-8859-1", (text: string) => Buffer.from(text, "latin1"), "ä €", "ä &#x20AC;"],
    ["us-ascii", (text: string) => Buffer.from(text.replace("ä", "a"), "latin1"), "ä €", "&#xE4; &#x20AC;"],
    ["UTF-8", (text: string) => Buffer.from(text), "ä €", "ä €"],
    ["utf-8", (text: string) => Buffer.from(`\u{FEFF}${text}`), "ä €", "ä €"],
    ["UTF-16", (text: string) => Buffer.from(`\u{FEFF}${text}`, "utf16le"), "ä €", "ä €"],
    ["UTF-16", (text: string) => Buffer.from(`\u{FEFF}${text}`, "utf16le").swap16(), "ä €", "ä €"],
  ])("keeps %s", (name, encode, value, written) => {
    const before = encode(document(name));
    const after = editXmlAttributes(before, [gateway("ssl", value)]);
    expect(after).toEqual(encode(document(name).replace("gateway", `gateway ssl="${written}"`)));
    expect(readXmlAttribute(after, gateway("ssl", null))).toBe(value);
    expect(editXmlAttributes(after, [gateway("ssl", null)])).toEqual(before);
  });

  it.each([
    [Buffer.from(document("windows-1252")), "declares the encoding windows-1252"],
    [Buffer.from(document("constructor")), "declares the encoding constructor"],
    [Buffer.from(document("UTF-16")), "has no byte order mark"],
    [Buffer.from(`\u{FEFF}${document("ISO-8859-1")}`), "its byte order mark says utf-8"],
    [Buffer.from(document("UTF-8"), "latin1"), "is not UTF-8: the byte at offset 45"],
    [Buffer.from(document("us-ascii"), "latin1"), "is not US-ASCII: the byte at offset 48"],
    [Buffer.from([0xff, 0xfe, 0, 0, 60, 0, 0, 0]), "UTF-32"],
  ])("refuses others by name (%#)", (bytes, words) => {
    const error = failure(() => editXmlAttributes(bytes, [gateway("ssl", "true")]));
    expect(error.code).toBe("encoding");
    expect(error.message).toContain(words);
  });
});

/** Documents with one `service-gateway`, and with much that only looks like one. */
const blank = fc.constantFrom(" ", "\n", "\r\n\t", "  ");
const noise = fc.constantFrom(
  "<!-- <service-gateway ssl='x'/> > -->",
  "<![CDATA[<service-gateway>]] ]]>",
  "<?pi <service-gateway/> ?>",
  "<b c=\"'>\" d='\"/>'/>",
  "<b><b></b ></b>",
  "text &amp; > ü",
  "\r\n",
);
const attribute = (name: string): fc.Arbitrary<string> =>
  fc
    .tuple(
      blank,
      fc.constantFrom("=", " = ", "\n="),
      fc.constantFrom('"', "'"),
      fc.constantFrom("", "1", "&lt;a>", "ü / b", "&#65;"),
    )
    .map(([before, equals, quote, value]) => `${before}${name}${equals}${quote}${value}${quote}`);
const documents = fc
  .record({
    head: fc.constantFrom(
      "",
      '<?xml version="1.0"?>\r\n',
      "<!DOCTYPE a [<!ENTITY e '<service-gateway>'> <!-- ' -->]>\n",
    ),
    before: fc.array(noise),
    attributes: fc
      .subarray(["ssl", "host", "port", "p:ssl"])
      .chain((names) => fc.tuple(...names.map(attribute))),
    space: fc.oneof(fc.constant(""), blank),
    close: fc.constantFrom("/>", "></service-gateway>", ">text</service-gateway\n>"),
    after: fc.array(noise),
  })
  .map(({ head, before, attributes, space, close, after }) => ({
    start: `${head}<a xmlns:p="u">${before.join("")}<service-gateway`,
    attributes: attributes.join(""),
    end: `${space}${close}${after.join("")}</a>\n`,
  }));
const values = fc.string({ unit: fc.constantFrom("a", "<", "&", '"', "'", ">", "\n", "ü", "😀", " ") });

describe("any document", () => {
  it("is the same outside the tag's attributes, and the same again when edited again", () => {
    fc.assert(
      fc.property(
        documents,
        fc.constantFrom("ssl", "host", "port"),
        values,
        ({ start, attributes, end }, name, value) => {
          const before = start + attributes + end;
          const after = edit(before, gateway(name, value));
          expect(after.startsWith(start)).toBe(true);
          expect(after.endsWith(end)).toBe(true);
          expect(readXmlAttribute(Buffer.from(after), gateway(name, null))).toBe(value);
          expect(edit(after, gateway(name, value))).toBe(after);
        },
      ),
      { numRuns: slow ? 10_000 : 300 },
    );
  });

  it("is the same byte for byte when what was added is removed", () => {
    fc.assert(
      fc.property(documents, values, ({ start, attributes, end }, value) => {
        const before = start + attributes + end;
        const after = edit(before, gateway("added", value), gateway("more", value));
        expect(edit(after, gateway("added", null), gateway("more", null))).toBe(before);
        expect(edit(after, gateway("more", null), gateway("added", null))).toBe(before);
      }),
      { numRuns: slow ? 10_000 : 300 },
    );
  });
});

describeWith("xmllint", "what xmllint reads", () => {
  const select = (attribute: string): string => `string(//*[local-name()="service-gateway"]/@${attribute})`;

  function xpath(document: Uint8Array, expression: string): string {
    const { status, stdout, stderr } = spawnSync(tool("xmllint"), ["--nonet", "--xpath", expression, "-"], {
      input: document,
    });
    if (status !== 0) throw new Error(stderr.toString());
    return stdout.toString().replace(/\n$/, "");
  }

  function canonical(document: Uint8Array): string {
    const { status, stdout, stderr } = spawnSync(tool("xmllint"), ["--nonet", "--c14n", "-"], {
      input: document,
    });
    if (status !== 0) throw new Error(stderr.toString());
    return stdout.toString();
  }

  it.each([
    "reconstructed-IAConfig-A-ssl-false-lf.xml",
    "reconstructed-IAConfig-B-ssl-true-crlf.xml",
    "reconstructed-IAConfig-C-hard-formatting-bom.xml",
  ])("is the declared values, and otherwise the same document: %s", (name) => {
    const before = sample(name);
    const after = editXmlAttributes(before, [
      gateway("ssl", "true"),
      gateway("host", 'a"b<c>&d'),
      gateway("port", "9"),
    ]);
    expect(["ssl", "host", "port"].map((attribute) => xpath(after, select(attribute)))).toEqual([
      "true",
      'a"b<c>&d',
      "9",
    ]);
    const withoutTag = (text: string): string =>
      text.replace(/(<(ap:)?service-gateway)\s[^\n]*?(?=><\/)/, "$1");
    expect(withoutTag(canonical(after))).toBe(withoutTag(canonical(before)));
  });

  it.each(["UTF-8", "UTF-16", "ISO-8859-1", "US-ASCII"])("is well-formed in %s", (encoding) => {
    const text = `<?xml version="1.0" encoding="${encoding}"?><service-gateway/>`;
    const before =
      encoding === "UTF-16" ? Buffer.from(`\u{FEFF}${text}`, "utf16le") : Buffer.from(text, "latin1");
    expect(xpath(editXmlAttributes(before, [gateway("ssl", "ä€\t\n'\"&<")]), select("ssl"))).toBe(
      "ä€\t\n'\"&<",
    );
  });

  it.each(malformed)("does not read what is refused: %j", (document) => {
    expect(() => canonical(Buffer.from(document))).toThrow("error");
  });

  it("agrees on random documents", () => {
    fc.assert(
      fc.property(documents, values, ({ start, attributes, end }, value) => {
        const before = Buffer.from(start + attributes + end);
        const ssl = readXmlAttribute(before, gateway("ssl", null));
        expect(xpath(before, select("ssl"))).toBe(ssl ?? "");
        expect(xpath(editXmlAttributes(before, [gateway("host", value)]), select("host"))).toBe(value);
      }),
      { numRuns: slow ? 1_000 : 40 },
    );
  });
});
