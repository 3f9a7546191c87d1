import * as fc from "fast-check";
import { spawnSync } from "node:child_process";
import { TextError, xmlAttribute, xmlText } from "../../lib/text";
import { describeWith, tool } from "../support/tools";
import { numRuns, quotableText } from "./samples";

test.each(["a\0b", "a\u001bb", "a\uffffb", "a\ud800"])("refuses what XML 1.0 cannot carry: %j", (text) => {
  expect(() => xmlText(text)).toThrow(TextError);
  expect(() => xmlAttribute(text)).toThrow(TextError);
});

describeWith("xmllint", "XML", () => {
  const read = (xml: string, ...paths: readonly string[]) =>
    spawnSync(tool("xmllint"), ["--xpath", `concat(${paths.join(",'|',")})`, "-"], {
      input: xml,
      encoding: "utf8",
    }).stdout;

  test("holds one text and one attribute, whatever is written", () => {
    fc.assert(
      fc.property(quotableText, (text) => {
        const attribute = xmlAttribute(text);
        const xml = `<r><a b="${attribute}"/><a b='${attribute}'/><a>${xmlText(text)}</a></r>`;
        expect(read(xml, "/r/a[1]/@b", "/r/a[2]/@b", "/r/a[3]")).toBe(`${text}|${text}|${text}\n`);
      }),
      { numRuns },
    );
  });
});
