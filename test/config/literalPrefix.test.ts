import fc from "fast-check";
import { literalPrefix } from "../../lib/config/literalPrefix";

test.each([
  ["^export JAVA_HOME=", "export JAVA_HOME="],
  ["^wrapper\\.java\\.additional\\.5=", "wrapper.java.additional.5="],
  ["^ab*", "a"],
  ["^ab+", "a"],
  ["^ab{2}", "a"],
  ["^a.b", "a"],
  ["^a|b", ""],
  ["^\\d", ""],
  ["^a\\b", "a"],
  ["^(?:a)", ""],
  ["a", ""],
  ["^", ""],
  ["^é", ""],
])("of %s is %j", (pattern, prefix) => {
  expect(literalPrefix(pattern)).toBe(prefix);
});

test("starts every line that the pattern matches", () => {
  const pieces = fc.array(
    fc.constantFrom("a", "b", "\\.", ".", "*", "?", "(a)", "(?:b)?", "[ab]", "$", "\\w", "{2}", "|", "\\\\"),
  );
  const lines = fc.array(fc.array(fc.constantFrom("a", "b", ".", "\\"), { maxLength: 5 }), { minLength: 20 });
  fc.assert(
    fc.property(pieces, lines, (parts, characters) => {
      const pattern = `^${parts.join("")}`;
      let expression: RegExp;
      try {
        expression = new RegExp(pattern);
      } catch {
        return;
      }
      const matching = characters.map((line) => line.join("")).filter((line) => expression.test(line));
      expect(matching.every((line) => line.startsWith(literalPrefix(pattern)))).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});
