import * as fc from "fast-check";
import { printableJson, terminalLine, terminalText } from "../../lib/text";
import { hostileText } from "./samples";

describe("text for a terminal", () => {
  test.each([
    ["colours", "\u001b[31mred\u001b[0m", String.raw`\u{1b}[31mred\u{1b}[0m`],
    ["a title", "\u001b]0;owned\u0007", String.raw`\u{1b}]0;owned\u{7}`],
    ["C1 codes", "\u009b31m", String.raw`\u{9b}31m`],
    ["overrides", "a\u202eb\u2066c\u200fd", String.raw`a\u{202e}b\u{2066}c\u{200f}d`],
    ["what has no width", "a\u200bb\ufeffc\u00add", String.raw`a\u{200b}b\u{feff}c\u{ad}d`],
    ["tags", "a\u{e0041}", String.raw`a\u{e0041}`],
    ["broken characters", "a\ud800", String.raw`a\u{d800}`],
    ["separators of lines", "a\u2028b\u2029c\u0085d", String.raw`a\u{2028}b\u{2029}c\u{85}d`],
    ["what rewinds a line", "a\rb\bc\u007f", String.raw`a\u{d}b\u{8}c\u{7f}`],
  ])("shows %s as escapes", (_what, text, shown) => {
    expect(terminalLine(text)).toBe(shown);
    expect(terminalText(text)).toBe(shown);
  });

  test("keeps what people write: letters, marks, signs and whole emoji", () => {
    const text = "Zürich, Łódź, 東京, مصر, C:\\x → “ok” 🔒";
    expect(terminalLine(text)).toBe(text);
  });

  test("keeps line breaks and tabs in text, and shows them in a line", () => {
    expect(terminalText("a\n\tb")).toBe("a\n\tb");
    expect(terminalLine("a\n\tb")).toBe(String.raw`a\u{a}\u{9}b`);
  });
});

describe("JSON for a terminal", () => {
  test("is the same value without a character that steers", () => {
    fc.assert(
      fc.property(fc.dictionary(hostileText, fc.array(hostileText)), (value) => {
        const text = printableJson(value, 2);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(terminalText(text)).toBe(text);
      }),
    );
  });
});
