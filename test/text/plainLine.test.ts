import { plainLine } from "../../lib/text";

describe("plainLine", () => {
  test("leaves a value that fits on a line as it is", () => {
    expect(plainLine(String.raw`C:\Programs and files\keys #1.p12`)).toBe(
      String.raw`C:\Programs and files\keys #1.p12`,
    );
  });

  test.each(["/a\n--module=evil", "/a\rb", "/a\u0000b", "/a\u2028b", "\ud800"])("refuses %j", (value) => {
    expect(() => plainLine(value)).toThrow("a line without escapes");
  });
});
