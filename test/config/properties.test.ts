import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import fc from "fast-check";

import {
  ConfigError,
  editProperties,
  type PropertySetting,
  readProperties,
  readProperty,
} from "../../lib/config";
import { javaProgram } from "../support/javaProgram";
import { describeWith, tool } from "../support/tools";

const slow = process.env["SLOW"] === "1";

function property(key: string, value: string | null): PropertySetting {
  return { kind: "property", key, value };
}

function edit(text: string, ...settings: PropertySetting[]): string {
  return editProperties(Buffer.from(text, "latin1"), settings).toString("latin1");
}

function read(text: string, key: string): string | null {
  return readProperty(Buffer.from(text, "latin1"), property(key, null));
}

function sorted(lines: readonly string[]): string[] {
  return [...lines].sort((a, b) => (a < b ? -1 : 1));
}

describe("readProperty", () => {
  it.each([
    ["a=b", "b"],
    ["a:b", "b"],
    ["a b", "b"],
    ["  a \t= \f b ", "b "],
    ["a", ""],
    ["a=", ""],
    ["a==b", "=b"],
    ["a : = b", "= b"],
    ["a=b\\\n   c", "bc"],
    ["a=b\\\r\n   c", "bc"],
    ["a=b\\\\\nc", "b\\"],
    ["a=b\\", "b"],
    ["a=\\u0041\\t\\x\\\\", "A\tx\\"],
    ["a=1\na=2", "2"],
    ["#a=1\n!a=2\na=3\\\n#4", "3#4"],
    ["#c\\\na=1", "1"],
    ["\\\n\\\n a=1", "1"],
    ["\\u0061=1", "1"],
    ["b=1", null],
    ["", null],
  ])("reads %j as Java does", (text, value) => {
    expect(read(text, "a")).toBe(value);
  });

  it("refuses what Java refuses, with the line", () => {
    const attempt = (): unknown => read("# server\n\na=C:\\users", "a");
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow('line 3: "\\u" is not followed by four hexadecimal digits');
  });
});

describe("editProperties", () => {
  const file = [
    "# Microservices Runtime",
    "keystore.CLIENT.ksLocation = ./old.jks",
    "  truststore.PARTNERS.ksLocation:\\",
    "      ./a.jks",
    "",
    "settings.watt.net.timeout 300",
    "bare",
    "! the end",
    "",
  ].join("\r\n");

  it("changes values alone: separators, continuations, comments, order and line ends stay", () => {
    const after = edit(
      file,
      property("keystore.CLIENT.ksLocation", "./new.jks"),
      property("truststore.PARTNERS.ksLocation", "./b.jks"),
      property("settings.watt.net.timeout", "=5"),
      property("bare", "no longer"),
    );
    expect(after).toBe(
      file
        .replace("./old.jks", "./new.jks")
        .replace("./a.jks", "./b.jks")
        .replace("timeout 300", "timeout \\=5")
        .replace("bare", "bare=no longer"),
    );
  });

  it("adds keys at the end, with the file's line end; removing them gives back the same bytes", () => {
    const settings = [property("keystore.A.ksType", "PKCS12"), property("user.name with blank", "C:\\x ä€")];
    const added = "keystore.A.ksType=PKCS12\r\nuser.name\\ with\\ blank=C:\\\\x \\u00E4\\u20AC\r\n";
    expect(edit(file, ...settings)).toBe(file + added);
    const withoutEnd = file.trimEnd();
    expect(edit(withoutEnd, ...settings)).toBe(`${withoutEnd}\r\n${added.trimEnd()}`);
    for (const before of [file, withoutEnd]) {
      const removals = settings.map(({ key }) => property(key, null));
      expect(edit(edit(before, ...settings), ...removals)).toBe(before);
      expect(removals.reduceRight((text, removal) => edit(text, removal), edit(before, ...settings))).toBe(
        before,
      );
    }
  });

  it("starts an empty file", () => {
    expect(edit("", property("a", "b"))).toBe("a=b\n");
    expect(edit("a=b\n", property("a", null))).toBe("");
  });

  it("does not add a line to a continuation", () => {
    for (const before of ["a=1\\", "a=1\\\n"]) {
      const after = edit(before, property("b", "2"));
      expect([read(after, "a"), read(after, "b")]).toEqual(["1", "2"]);
    }
  });

  it("sets the last of repeated keys, which counts, and removes all", () => {
    const before = "a=1\nb=2\n\na=3\n";
    expect(edit(before, property("a", "4"))).toBe("a=1\nb=2\n\na=4\n");
    expect(edit(before, property("a", null))).toBe("b=2\n\n");
  });

  it("leaves another spelling of the same value alone", () => {
    const before = "a=\\u0041\\\n  b\\c\n";
    expect(edit(before, property("a", "Abc"))).toBe(before);
  });

  it("writes UTF-8 where the file is declared to be that", () => {
    const options = { encoding: "utf-8" } as const;
    const before = Buffer.from("größe=1\n");
    const after = editProperties(before, [property("größe", "ä€😀"), property("é", "\u{D800}")], options);
    expect(after.toString()).toBe("größe=ä€\\uD83D\\uDE00\né=\\uD800\n");
    expect(readProperty(after, property("größe", null), options)).toBe("ä€😀");
    expect(() => editProperties(Buffer.from("ä", "latin1"), [], options)).toThrow("is not UTF-8");
  });

  it("refuses a property without key", () => {
    expect(() => edit("", property("", "b"))).toThrow("needs a key");
  });
});

/** Texts that are made of what the grammar treats specially. */
const texts = fc
  .array(
    fc.constantFrom(
      "a",
      "b",
      "=",
      ":",
      " ",
      "\t",
      "\f",
      "\\",
      "\\\\",
      "\\\n",
      "\\\r\n  ",
      "\n",
      "\r\n",
      "\r",
      "#",
      "!",
      "\\u0061",
      "\\t",
      "ü",
      "key=1\n",
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));
const words = fc.string({
  unit: fc.constantFrom(
    "a",
    "b",
    " ",
    "=",
    ":",
    "\\",
    "#",
    "!",
    "\t",
    "\n",
    "\r",
    "\f",
    "ü",
    "€",
    "😀",
    "\0",
    "u0041",
  ),
  maxLength: 6,
});
const keys = fc.oneof(fc.constantFrom("a", "b", "aa", "key"), words).filter((key) => key !== "");

describe("any file", () => {
  it("has the declared value after an edit, and is the same when edited again", () => {
    fc.assert(
      fc.property(texts, keys, fc.option(words), (before, key, value) => {
        const after = edit(before, property(key, value));
        expect(read(after, key)).toBe(value);
        expect(edit(after, property(key, value))).toBe(after);
      }),
      { numRuns: slow ? 50_000 : 500 },
    );
  });

  it("is the same byte for byte when what was added is removed, unless its end was a continuation", () => {
    fc.assert(
      fc.property(texts, words, words, (before, one, two) => {
        fc.pre(!/\\[\r\n]*[ \t\f]*$/.test(before));
        const added = edit(before, property("new one", one), property("new two", two));
        expect(added.startsWith(before)).toBe(true);
        expect(edit(added, property("new one", null), property("new two", null))).toBe(before);
        expect(edit(added, property("new two", null), property("new one", null))).toBe(before);
      }),
      { numRuns: slow ? 50_000 : 500 },
    );
  });
});

describeWith("java", "what java.util.Properties reads", () => {
  /** Java's empty key for a backslash that is all of the last line, which ends when a line follows. */
  function isLoneBackslash(text: string, line: string): boolean {
    return /\\(\r\n|\n|\r)?$/.test(text) && line.startsWith("  =");
  }

  /** What Java finds in each text, keys and values in hexadecimal UTF-16. */
  function judge(files: readonly Uint8Array[], encoding: string): string[][] {
    const directory = mkdtempSync(join(tmpdir(), "properties-"));
    try {
      files.forEach((bytes, index) => writeFileSync(join(directory, String(index).padStart(6, "0")), bytes));
      const program = javaProgram(join(__dirname, "PropertiesJudge.java"));
      const output = execFileSync(tool("java"), [...program, directory, encoding], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });
      return output
        .split(/^\d{6}\n/m)
        .slice(1)
        .map((part) => part.split("\n").filter((line) => line !== ""));
    } finally {
      rmSync(directory, { recursive: true });
    }
  }

  function hex(text: string): string {
    return Array.from({ length: text.length }, (_, index) =>
      text.charCodeAt(index).toString(16).padStart(4, "0"),
    ).join("");
  }

  it.each(["iso-8859-1", "utf-8"] as const)(
    "is the declared values, and the others as before (%s)",
    (encoding) => {
      // GIVEN
      const options = { encoding };
      const changes = fc.uniqueArray(fc.tuple(keys, fc.option(words)), {
        selector: ([key]) => key,
        minLength: 1,
        maxLength: 4,
      });
      const cases = fc.sample(fc.tuple(texts, changes), { numRuns: slow ? 5_000 : 200, seed: 1 });
      const before = cases.map(([text]) => Buffer.from(text, encoding === "utf-8" ? "utf8" : "latin1"));
      // WHEN
      const after = cases.map(([, settings], index) =>
        editProperties(
          before[index] ?? Buffer.of(),
          settings.map(([key, value]) => property(key, value)),
          options,
        ),
      );
      // THEN
      const found = judge([...before, ...after], encoding);
      cases.forEach(([text, settings], index) => {
        const [old = [], edited = []] = [found[index], found[index + cases.length]];
        const lines = new Map(settings.map(([key, value]) => [`  ${hex(key)}`, value]));
        const others = old.filter(
          (line) => !lines.has(line.replace(/=.*/, "")) && !isLoneBackslash(text, line),
        );
        const declared = [...lines].flatMap(([key, value]) =>
          value === null ? [] : [`${key}=${hex(value)}`],
        );
        expect([cases[index], sorted(edited.filter((line) => !isLoneBackslash(text, line)))]).toEqual([
          cases[index],
          sorted([...others, ...declared]),
        ]);
        const ours = [...readProperties(before[index] ?? Buffer.of(), options)];
        expect(sorted(ours.map(([key, value]) => `  ${hex(key)}=${hex(value)}`))).toEqual(sorted(old));
      });
    },
  );

  it("is refused where we refuse it", () => {
    expect(judge([Buffer.from("a=C:\\users")], "iso-8859-1")).toEqual([["  refused"]]);
  });
});
