import { spawnSync } from "node:child_process";
import { TextError } from "../../lib/text";
import { posixQuote, windowsQuote, windowsScript } from "../../lib/text/shell";

describe("posixQuote", () => {
  test.each(["plain/word-1.txt", "it's", 'a $(b) `c` "d" \\ e', "", "new\nline", "ünï", "-x", "*"])(
    "is one word for the shell: %j",
    (text) => {
      const { stdout } = spawnSync("sh", ["-c", `printf '<%s>' ${posixQuote(text)}`], { encoding: "utf8" });
      expect(stdout).toBe(`<${text}>`);
    },
  );
});

describe("windowsQuote", () => {
  test("doubles what a batch file would expand", () => {
    expect(windowsQuote("C:\\100% sure\\x")).toBe('"C:\\100%% sure\\x"');
  });

  test.each(['a"b', "a\nb"])("refuses what cmd.exe cannot carry: %j", (text) => {
    expect(() => windowsQuote(text)).toThrow(TextError);
  });
});

describe("windowsScript", () => {
  test("ends every line as Windows wants it", () => {
    const script = windowsScript(["what for"], ["echo on"]);
    expect(script).toBe("@echo off\r\nrem what for\r\nsetlocal\r\n\r\necho on\r\n");
  });
});
