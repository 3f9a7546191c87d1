import * as fc from "fast-check";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TextError, javaArgumentQuote } from "../../lib/text";
import { describeWith, tool } from "../support/tools";
import { withDirectory } from "../systems/support/scripts";
import { quotableText } from "./samples";

test("refuses NUL", () => {
  expect(() => javaArgumentQuote("a\0b")).toThrow(TextError);
});

describeWith("java", "java's file of arguments", () => {
  test("holds one argument, whatever is written", async () => {
    await withDirectory((directory) => {
      // GIVEN
      const texts = fc
        .sample(quotableText, { seed: 11, numRuns: process.env["SLOW"] === "1" ? 5_000 : 500 })
        .map((text) => text.replace(/[^\n\r\t -~]/g, ""));
      const source = join(directory, "Show.java");
      writeFileSync(
        source,
        "public class Show { public static void main(String[] a) { for (int i = 0; i < a.length; i++)" +
          ' System.out.print(System.getProperty("p" + i) + (char) 0); } }',
      );
      const options = texts.map((text, index) => javaArgumentQuote(`-Dp${index}=${text}`));
      writeFileSync(join(directory, "options"), options.join("\n"));

      // WHEN
      const words = [`@${join(directory, "options")}`, source, ...texts.map(() => "x")];
      const { stdout } = spawnSync(tool("java"), words, { encoding: "utf8", maxBuffer: 1 << 26 });

      // THEN
      expect(stdout.split("\0").slice(0, -1)).toEqual(texts);
    });
  });
});
