import stringWidth from "string-width";
import { type Span, line, shown, textOf, whole, wrapLine } from "../../../lib/cli/screen";

function wrapped(
  columns: number | undefined,
  indent: number,
  ...parts: readonly (string | Span)[]
): string[] {
  return wrapLine(line(...parts), columns, indent).map(textOf);
}

describe("a line that is wrapped", () => {
  test("stays one where the output is no terminal", () => {
    const text = "a ".repeat(200);
    expect(wrapped(undefined, 2, text)).toEqual([text]);
  });

  test("breaks between words, and what follows is indented", () => {
    expect(wrapped(20, 4, "  one two three four five")).toEqual(["  one two three four", "    five"]);
  });

  test("keeps what belongs together, unless it is longer than a line", () => {
    expect(wrapped(20, 2, "a key", whole(" until 2030-01-01"))).toEqual(["a key", "  until 2030-01-01"]);
    expect(wrapped(12, 2, "a", whole(" until the end of 2030"))).toEqual([
      "a until the",
      "  end of",
      "  2030",
    ]);
  });

  test("breaks a path after a slash, a name after a dot, and keeps a port with its name", () => {
    expect(wrapped(20, 2, "at host:/opt/server/conf/keystore.p12")).toEqual([
      "at host:/opt/server/",
      "  conf/keystore.p12",
    ]);
    expect(wrapped(24, 0, "stock.warehouse.example.com:48226")).toEqual([
      "stock.warehouse.example.",
      "com:48226",
    ]);
  });

  test.each([7, 12, 20, 33, 80])("fits %d columns and loses nothing", (columns) => {
    const text =
      "electricflow:/opt/electriccloud/conf/set-ec-ispw-callbacks.sh 証明書の有効期限 " + "x".repeat(90);
    const lines = wrapLine(line("warning: ", shown("strong", text)), columns, 2).map(textOf);
    expect(lines.filter((each) => stringWidth(each) > columns)).toEqual([]);
    expect(lines.join("").replaceAll(/\s/g, "")).toBe(`warning: ${text}`.replaceAll(/\s/g, ""));
  });

  test("somebody else's text steers no terminal", () => {
    expect(wrapped(40, 2, "CN=\u001B[2Jevil\nok: all is well")).toEqual([
      String.raw`CN=\u{1b}[2Jevil\u{a}ok: all is well`,
    ]);
  });
});
