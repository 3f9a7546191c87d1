import * as fc from "fast-check";

/** Characters that mean something to a shell, Markdown, XML, nginx, curl or a terminal, among ordinary ones. */
const special = "\"'`\\$%^!&|<>(){}[]*_#-+=~:;,./@? \n\r\tabcXYZ019".split("");
const hidden = [
  "\u001b",
  "\u0007",
  "\u009b",
  "\u202e",
  "\u2066",
  "\u200b",
  "\u2028",
  "\ufeff",
  "\ud800",
  "ü",
  "€",
  "\u{1f512}",
  "\u{e0041}",
];

/** Hostile texts, control characters and broken ones included. */
export const hostileText = fc.string({
  unit: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...special) },
    fc.constantFrom(...hidden),
    fc.string(),
  ),
  maxLength: 30,
});

/** Hostile texts of characters that people can see, and line breaks. */
export const quotableText = hostileText.map((text) => text.replace(/[^\n\r\t -~ü€]/g, ""));

export const numRuns = process.env["SLOW"] === "1" ? 2_000 : 40;
