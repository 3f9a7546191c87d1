import fc from "fast-check";

import { ConfigError, editLines, type LineSetting, readLine } from "../../lib/config";

const additional = (value: string | null): LineSetting => ({
  kind: "line",
  pattern: "^wrapper\\.java\\.additional\\.5=",
  value,
});

function edit(text: string, ...settings: LineSetting[]): string {
  return editLines(Buffer.from(text), settings).toString();
}

function code(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    if (error instanceof ConfigError) return `${error.code}: ${error.message}`;
    throw error;
  }
  return "nothing was thrown";
}

describe("editLines", () => {
  const file = "\u{FEFF}# wrapper\r\nwrapper.java.additional.5=-Dold\r\nlast";

  it("replaces the line that matches, and reads it", () => {
    const line = "wrapper.java.additional.5=-Djavax.net.debug=ssl";
    expect(edit(file, additional(line))).toBe(file.replace("wrapper.java.additional.5=-Dold", line));
    expect(readLine(Buffer.from(file), additional(null))).toBe("wrapper.java.additional.5=-Dold");
    expect(edit(file, additional(null))).toBe(file.replace("wrapper.java.additional.5=-Dold\r\n", ""));
  });

  it("finds a line behind a byte order mark", () => {
    const first: LineSetting = { kind: "line", pattern: "^# ", value: "# changed" };
    expect(edit(file, first)).toBe(file.replace("# wrapper", "# changed"));
  });

  it("adds the line where none matches, as the file ends its lines", () => {
    const line = "wrapper.java.additional.5=x";
    expect(edit("a\r\nb\r\n", additional(line))).toBe(`a\r\nb\r\n${line}\r\n`);
    expect(edit("a\r\nb", additional(line))).toBe(`a\r\nb\r\n${line}`);
    expect(edit("", additional(line))).toBe(`${line}\n`);
    expect(readLine(Buffer.from("a"), additional(null))).toBeNull();
  });

  it("refuses several matches, with their lines", () => {
    const twice = "wrapper.java.additional.5=a\n\nwrapper.java.additional.5=b\n";
    expect(code(() => edit(twice, additional("wrapper.java.additional.5=c")))).toMatch(
      /^line-ambiguous: lines 1 and 3/,
    );
  });

  it("refuses a line that its pattern would not find again, two lines, and a pattern that is none", () => {
    expect(code(() => edit("", additional("other=1")))).toMatch(/^line-value/);
    expect(code(() => edit("", additional("wrapper.java.additional.5=a\nb")))).toMatch(/^line-value/);
    expect(code(() => edit("", { kind: "line", pattern: "(", value: "(" }))).toMatch(/^line-pattern/);
  });

  it("gives up on a pattern that would never end, and on one that is too large", () => {
    const endless: LineSetting = { kind: "line", pattern: "^(a+)+$", value: "aa" };
    const slow = /^line-pattern-slow: the pattern \^\(a\+\)\+\$ takes too long/;
    expect(code(() => edit(`${"a".repeat(60)}!\n`, endless))).toMatch(slow);
    expect(code(() => readLine(Buffer.from(`${"a".repeat(60)}!`), endless))).toMatch(slow);
    expect(code(() => edit("", { ...endless, value: `${"a".repeat(60)}!` }))).toMatch(slow);
    // The next one is not disturbed.
    expect(edit("b\n", { ...endless, value: "aa" })).toBe("b\naa\n");
    const large: LineSetting = {
      kind: "line",
      pattern: "(".repeat(100_000) + ")".repeat(100_000),
      value: "",
    };
    expect(code(() => edit("a\n", large))).toMatch(/^line-pattern: /);
  });

  it("finds many patterns in a large file", () => {
    const text = Array.from({ length: 2_000 }, (_, index) => `key.${index}=${"x".repeat(80)}`).join("\n");
    const settings = Array.from({ length: 300 }, (_, index): LineSetting => {
      return { kind: "line", pattern: `^key\\.${index}=`, value: `key.${index}=new` };
    });
    expect(edit(text, ...settings).match(/=new/g)).toHaveLength(300);
  });

  it("keeps ISO-8859-1 and UTF-16, and refuses what the encoding does not have", () => {
    const setting: LineSetting = { kind: "line", pattern: "^ü", value: "ü2" };
    expect(editLines(Buffer.from("ä\nü1\n", "latin1"), [setting])).toEqual(Buffer.from("ä\nü2\n", "latin1"));
    const utf16 = (text: string): Buffer => Buffer.from(`\u{FEFF}${text}`, "utf16le").swap16();
    expect(editLines(utf16("ä\nü1\n"), [setting])).toEqual(utf16("ä\nü2\n"));
    expect(code(() => editLines(Buffer.from("ä", "latin1"), [{ ...setting, value: "ü€" }]))).toMatch(
      /^encoding/,
    );
  });

  it("gives back any file when what was added is removed, and changes nothing the second time", () => {
    const texts = fc.string({ unit: fc.constantFrom("a", "b", " ", "\n", "\r\n", "\r", "ü") });
    const setting: LineSetting = { kind: "line", pattern: "^new=", value: "new=1" };
    fc.assert(
      fc.property(texts, (before) => {
        const after = edit(before, setting);
        expect(edit(after, setting)).toBe(after);
        expect(readLine(Buffer.from(after), setting)).toBe("new=1");
        expect(edit(after, { ...setting, value: null })).toBe(before);
      }),
      { numRuns: 1_000 },
    );
  });

  it("does not take for a line what is left of an empty one", () => {
    const removed = { kind: "line", pattern: "^a=", value: null } as const;
    const added = { kind: "line", pattern: "^b=", value: "b=" } as const;
    expect(edit("\na=3", removed, added)).toBe("b=\n");
    expect(edit("x\n\na=3", removed, added)).toBe("x\nb=\n");
  });

  it("does in one go what it does one setting at a time, whatever ends the lines", () => {
    const names = ["a", "ab", "b", ""];
    const settings = fc.array(
      fc.record({
        kind: fc.constant("line" as const),
        pattern: fc.constantFrom(
          ...names.map((name) => `^${name}(=|$)`),
          ...names.map((name) => `^${name}=`),
        ),
        value: fc.constantFrom(null, "a=1", "ab=1", "b=", "=2", "a=2"),
      }),
      { maxLength: 8 },
    );
    const line = fc.tuple(
      fc.constantFrom("", "a=1", "ab=", "b=1", "=", "c"),
      fc.constantFrom("\n", "\r\n", "\r"),
    );
    const texts = fc
      .tuple(fc.array(line, { maxLength: 6 }), fc.constantFrom("", "a=3", "c"))
      .map(([lines, last]) => lines.map((parts) => parts.join("")).join("") + last);
    fc.assert(
      fc.property(texts, settings, (text, all) => {
        const singly = code(() => all.reduce((before, setting) => edit(before, setting), text));
        expect(code(() => edit(text, ...all))).toBe(singly);
        if (singly !== "nothing was thrown") return;
        expect(edit(text, ...all)).toBe(all.reduce((before, setting) => edit(before, setting), text));
      }),
      { numRuns: 1_000 },
    );
  });
});
