import * as fc from "fast-check";
import { markdownCode, markdownCodeBlock, markdownText } from "../../lib/text";
import { terminalLine, terminalText } from "../../lib/text/terminal";
import { nodesOf, parseMarkdown } from "../support/markdown";
import { hostileText } from "./samples";

const typesOf = async (text: string) => nodesOf(await parseMarkdown(text)).map(({ type }) => type);

describe("text for Markdown", () => {
  test.each([
    ["a heading", "# owned"],
    ["a second line", "fine\n\n2. Run curl"],
    ["a quotation", "> owned"],
    ["a list", "- owned"],
    ["a numbered list", "1. owned"],
    ["a numbered list, the other way", "12) owned"],
    ["a rule", "---"],
    ["HTML", '<img src=x onerror="x">'],
    ["a comment", "<!-- "],
    ["an entity", "&lt;b&gt;"],
    ["a link", "[click](javascript:alert(1))"],
    ["a picture", "![click](https://evil.example/x.png)"],
    ["a definition", "[a]: https://evil.example"],
    ["an address", "<https://evil.example>"],
    ["emphasis", "**owned** and _owned_ and ~~owned~~"],
    ["a table", "| a |\n| - |"],
    ["a fence", "```sh"],
    ["a fence of tildes", "~~~"],
    ["an indented block", "      owned"],
    ["a break", "owned\\"],
  ])("makes nothing of %s", async (_what, text) => {
    expect(await typesOf(markdownText(text))).toEqual(["root", "paragraph", "text"]);
    expect(await typesOf(`1. ${markdownText(text)}`)).toEqual([
      "root",
      "list",
      "listItem",
      "paragraph",
      "text",
    ]);
    const [, , shown] = nodesOf(await parseMarkdown(markdownText(text)));
    expect(shown?.value).toBe(terminalLine(text).trim());
  });

  test("keeps what stands in backticks as code, and a lone backtick as itself", async () => {
    const nodes = nodesOf(await parseMarkdown(markdownText("a `b <c>` d ``e`f`` ` g")));
    expect(nodes.flatMap(({ type, value }) => (value === undefined ? [] : [[type, value]]))).toEqual([
      ["text", "a "],
      ["inlineCode", "b <c>"],
      ["text", " d "],
      ["inlineCode", "e`f"],
      ["text", " ` g"],
    ]);
  });

  test("leaves paths and names as people read them", () => {
    const text = String.raw`Open Security > Keystore, look at MSR_KEYS (C:\msr\config\keys.jks, /opt/is-1/x.jks).`;
    expect(markdownText(text)).toBe(text);
  });

  test("is one paragraph of text and code, whatever is written", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const [root, ...types] = await typesOf(`1. ${markdownText(`x ${text}`)}`);
        expect(root).toBe("root");
        expect(types.slice(0, 3)).toEqual(["list", "listItem", "paragraph"]);
        expect(types.slice(3).filter((type) => type !== "text" && type !== "inlineCode")).toEqual([]);
      }),
    );
  });
});

describe("code for Markdown", () => {
  test("is one span that shows all of its text, whatever is written", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const nodes = nodesOf(await parseMarkdown(`a ${markdownCode(text)} b`));
        expect(nodes.map(({ type }) => type)).toEqual(["root", "paragraph", "text", "inlineCode", "text"]);
        expect(nodes[3]?.value?.trim()).toBe(terminalLine(text).trim());
        // GIVEN to the text of a step it is the same span still
        expect(markdownText(`a ${markdownCode(text)} b`)).toBe(`a ${markdownCode(text)} b`);
      }),
    );
  });

  test("is one block that shows all of its lines, whatever is written", async () => {
    await fc.assert(
      fc.asyncProperty(hostileText, async (text) => {
        const block = markdownCodeBlock("sh", text, "   ");
        const nodes = nodesOf(await parseMarkdown(["1. a", "", ...block, "", "2. b"].join("\n")));
        const code = nodes.filter(({ type }) => type === "code");
        expect(code.map(({ value }) => value?.replace(/\s+/g, " ").trim())).toEqual([
          terminalText(text).replace(/\s+/g, " ").trim(),
        ]);
        expect(nodes.filter(({ type }) => type === "listItem")).toHaveLength(2);
      }),
    );
  });
});
