import * as fc from "fast-check";
import {
  TextError,
  environmentVariable,
  isPathComponent,
  isPlainPath,
  pathBelow,
  pathComponent,
  withoutPlaceholder,
} from "../../lib/text";
import { hostileText } from "./samples";

describe("a file name made of an id", () => {
  test.each([
    ["orders", "orders"],
    ["../../etc/x", "__.._etc_x"],
    ["..", "_"],
    ["", "_"],
    [".hidden.", "_hidden_"],
    ["a b\nc", "a_b_c"],
    ["CON", "_CON"],
    ["nul.txt", "_nul.txt"],
    ["COM1", "_COM1"],
    ["console", "console"],
  ])("%j is %j", (id, name) => {
    expect(pathComponent(id)).toBe(name);
  });

  test("is a file name on every platform, whatever the id", () => {
    fc.assert(
      fc.property(hostileText, (id) => {
        expect(isPathComponent(pathComponent(id))).toBe(true);
        expect(pathBelow(pathComponent(id), "a folder")).toBe(pathComponent(id));
      }),
    );
    expect(pathComponent("a".repeat(1_000))).toHaveLength(200);
  });
});

test.each(["../x", "a/../../x", "/x", "C:/x", String.raw`C:\x`, String.raw`a\..\x`, String.raw`\x`, "a\nb"])(
  "a path that leaves where it starts is refused: %j",
  (path) => {
    expect(() => pathBelow(path, "the bundle")).toThrow(TextError);
  },
);

test("a path says what it names", () => {
  expect(["/opt/über uns/x", "C:\\x"].map(isPlainPath)).toEqual([true, true]);
  expect(["/a\nb", "/a\0b", "/a\u001bb", "/a\u2028b", "/a\ud800"].map(isPlainPath)).toEqual(
    Array.from({ length: 5 }, () => false),
  );
});

test.each([
  ["orders", "ORDERS"],
  ["1and1", "_1AND1"],
  ["a-b.c", "A_B_C"],
  ["ß", "SS"],
  ["", "_"],
])("the variable of %j is %j", (id, name) => {
  expect(environmentVariable(id)).toBe(name);
});

test.each(["${PATH}", "$env{X}", "a${"])("a value that its reader would replace is refused: %j", (value) => {
  expect(() => withoutPlaceholder(value)).toThrow(TextError);
  expect(withoutPlaceholder("a$ {b}$")).toBe("a$ {b}$");
});
