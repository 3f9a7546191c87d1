import * as fc from "fast-check";
import { TextError, powerShellQuote, powerShellScript } from "../../lib/text";
import { readPowerShell } from "../systems/support/powerShell";
import { numRuns, quotableText } from "./samples";

/** Language specification of PowerShell, 2.3.5.2: between single quotes of any kind, two of them are the first one. */
function readByPowerShell(literal: string): string {
  const quote = /['\u2018-\u201b]/;
  const inner = Array.from(literal.slice(1, -1));
  let text = "";
  for (let at = 0; at < inner.length; at++) {
    const character = inner[at] ?? "";
    text += character;
    if (!quote.test(character)) continue;
    at += 1;
    if (!quote.test(inner[at] ?? "")) throw new Error(`the string ends at ${at}: ${literal}`);
  }
  return text;
}

describe("powerShellQuote", () => {
  test.each([
    ["it's", "'it''s'"],
    ["‘a’ ‚b‛", "'‘‘a’’ ‚‚b‛‛'"],
    ['$(calc) `n "x" $env:PATH', "'$(calc) `n \"x\" $env:PATH'"],
    ["", "''"],
  ])("is a string in which nothing is replaced: %j", (text, quoted) => {
    expect(powerShellQuote(text)).toBe(quoted);
  });

  test("is what PowerShell reads, whatever is written", () => {
    const quotes = fc.string({
      unit: fc.constantFrom("'", "‘", "’", "‚", "‛", "a", "$", "`", '"', "(", ";"),
    });
    fc.assert(
      fc.property(fc.oneof(quotes, quotableText), (text) => {
        fc.pre(!/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u.test(text));
        expect(readByPowerShell(powerShellQuote(text))).toBe(text);
      }),
      { numRuns },
    );
  });

  test.each(["a\nb", "a\rb", "a\0b", "a\u2028b", "a\ud800", "\u001b[2J"])("refuses %j", (text) => {
    expect(() => powerShellQuote(text)).toThrow(TextError);
  });
});

describe("powerShellScript", () => {
  test("has comments that no text leaves, and stops at the first error", () => {
    const script = powerShellScript(["for a\r\ncalc"], "[string] $task", ["$task"]);
    expect(script).toBe(
      [
        "#Requires -Version 5.1",
        String.raw`# for a\u{d}\u{a}calc`,
        "param([string] $task)",
        "Set-StrictMode -Version 2.0",
        "$ErrorActionPreference = 'Stop'",
        "",
        "$task",
        "",
      ].join("\r\n"),
    );
    expect(readPowerShell(script)).toMatchObject({ errors: [], commands: ["Set-StrictMode"] });
  });

  test("says that it is UTF-8 where it is not plain", () => {
    expect(powerShellScript([], "", [powerShellQuote("ü")]).codePointAt(0)).toBe(0xfeff);
    expect(powerShellScript([], "", [powerShellQuote("u")]).codePointAt(0)).toBe(0x23);
  });
});
