import { clauseOf } from "../../lib/model";

test.each([
  [
    "a.p12 is a directory. Give the path of a file. Nothing was changed.",
    "a.p12 is a directory. Give the path of a file",
  ],
  ["the store is damaged", "the store is damaged"],
  ["Run again.", "Run again"],
])("%s goes on in a sentence as %s", (message, clause) => {
  expect(clauseOf(message)).toBe(clause);
});
