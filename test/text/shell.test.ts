import { spawnSync } from "node:child_process";
import * as fc from "fast-check";
import { TextError, hereDocumentText, posixQuote, posixScript, shellQuote } from "../../lib/text";
import {
  escapeFunction,
  windowsPromptQuote,
  windowsPromptSet,
  windowsQuote,
  windowsScript,
  windowsSet,
} from "../../lib/text/shell";
import { numRuns, quotableText } from "./samples";

const sh = (script: string) => spawnSync("sh", ["-euc", script], { encoding: "utf8" });

/** Many at once, because a shell takes longer to start than to read them. */
const many = fc.array(quotableText, { minLength: 1, maxLength: 50 });

describe("posixQuote", () => {
  test.each(["plain/word-1.txt", "it's", 'a $(b) `c` "d" \\ e', "", "new\nline", "ünï", "-x", "*", "~", "#"])(
    "is one word for the shell: %j",
    (text) => {
      expect(sh(`printf '<%s>' ${posixQuote(text)}`).stdout).toBe(`<${text}>`);
    },
  );

  test("is one word for the shell, and the default of a variable, whatever is written", () => {
    fc.assert(
      fc.property(many, (texts) => {
        const lines = texts.map(
          (text) => `x=\${UNSET:-${posixQuote(text)}}; printf '%s\\0%s\\0' ${posixQuote(text)} "$x"`,
        );
        expect(sh(lines.join("\n")).stdout).toBe(texts.map((text) => `${text}\0${text}\0`).join(""));
      }),
      { numRuns },
    );
  });

  test.each(["a\0b", "a\ud800"])("refuses what no argument carries: %j", (text) => {
    expect(() => posixQuote(text)).toThrow(TextError);
  });
});

describe("hereDocumentText", () => {
  test("is what the shell reads, whatever is written", () => {
    fc.assert(
      fc.property(many, (texts) => {
        const lines = texts.map((text) => text.replace(/[\r\n]/g, ""));
        const document = lines.map((line) => `<${hereDocumentText(line)}>`).join("\n");
        expect(sh(`cat <<END_OF_TEXT\n${document}\nEND_OF_TEXT`).stdout).toBe(
          lines.map((line) => `<${line}>\n`).join(""),
        );
      }),
      { numRuns },
    );
  });

  test("refuses line breaks, with which a text would end the document", () => {
    expect(() => hereDocumentText("a\nEND_OF_TEXT\nid")).toThrow(TextError);
  });
});

describe("the shell function escape", () => {
  test("makes a string of JSON, whatever is in the variable", () => {
    fc.assert(
      fc.property(many, (texts) => {
        const passwords = texts.map((text) => text.replace(/[\r\t]/g, "").replace(/\n+$/, ""));
        const lines = passwords.map((text) => `printf '"%s"\\n' "$(escape ${posixQuote(text)})"`);
        const { stdout } = sh([...escapeFunction, ...lines].join("\n"));
        expect(
          stdout
            .split("\n")
            .slice(0, -1)
            .map((line) => JSON.parse(line) as unknown),
        ).toEqual(passwords);
      }),
      { numRuns },
    );
  });
});

describe("windowsQuote", () => {
  test("doubles what a batch file would expand", () => {
    expect(windowsQuote("C:\\100% sure\\x")).toBe('"C:\\100%% sure\\x"');
  });

  test("keeps what quotes keep", () => {
    expect(windowsQuote("a & b ^ c | d > e ! f")).toBe('"a & b ^ c | d > e ! f"');
  });

  test("does not let a backslash at the end take the closing quote", () => {
    expect(windowsQuote("C:\\x\\")).toBe('"C:\\x\\\\"');
    expect(windowsSet("X", "C:\\x\\")).toBe('set "X=C:\\x\\"');
  });

  test.each(['a"b', "a\nb", "a\rb", "a\u001ab", "a\0b"])("refuses what cmd.exe cannot carry: %j", (text) => {
    for (const quote of [windowsQuote, windowsPromptQuote]) expect(() => quote(text)).toThrow(TextError);
    expect(() => windowsSet("X", text)).toThrow(TextError);
  });

  test("refuses a percent sign at the prompt, where nothing escapes it", () => {
    expect(() => windowsPromptQuote("C:\\100%")).toThrow("leave out percent signs");
    expect(() => windowsPromptSet("X", "100%")).toThrow(TextError);
    expect(() => shellQuote("windows", "%TEMP%")).toThrow(TextError);
  });

  test("leaves plain words at the prompt as they are", () => {
    expect(shellQuote("windows", String.raw`C:\x\keys.jks`)).toBe(String.raw`C:\x\keys.jks`);
    expect(shellQuote("windows", String.raw`C:\Program Files\x`)).toBe(String.raw`"C:\Program Files\x"`);
  });
});

describe("scripts", () => {
  test("end every line as Windows wants it", () => {
    const script = windowsScript(["what for"], ["echo on"]);
    expect(script).toBe("@echo off\r\nrem what for\r\nsetlocal DisableDelayedExpansion\r\n\r\necho on\r\n");
  });

  test("have comments that no text leaves", () => {
    expect(posixScript(["for a\nid"], []).split("\n")[1]).toBe(String.raw`# for a\u{a}id`);
    expect(windowsScript(["a\r\nid & %PATH% ^"], []).split("\r\n")[1]).toBe(
      String.raw`rem a\u{d}\u{a}id _ _PATH_ _`,
    );
  });
});
