import * as fc from "fast-check";
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { javaProperties } from "../../lib/text";
import { javaProgram } from "../support/javaProgram";
import { describeWith, tool } from "../support/tools";
import { withDirectory } from "../systems/support/scripts";
import { hostileText } from "./samples";

test("has comments that no text leaves", () => {
  expect(javaProperties(["for a\nb=c"], [])).toBe("# for a\\u{a}b=c\n");
});

describeWith("java", "java.util.Properties", () => {
  test("reads what was written, whatever it is", async () => {
    await withDirectory((directory) => {
      // GIVEN
      const pairs = fc.sample(fc.array(fc.tuple(hostileText, hostileText), { maxLength: 10 }), {
        seed: 11,
        numRuns: process.env["SLOW"] === "1" ? 5_000 : 300,
      });
      const name = (index: number) => String(index).padStart(6, "0");
      for (const [index, entries] of pairs.entries())
        writeFileSync(join(directory, name(index)), javaProperties(["a\nx=y"], entries), "latin1");

      // WHEN
      const judge = javaProgram(join(__dirname, "..", "config", "PropertiesJudge.java"));
      const { stdout } = spawnSync(tool("java"), [...judge, directory, "iso-8859-1"], {
        encoding: "utf8",
        maxBuffer: 1 << 28,
      });

      // THEN
      const hex = (text: string) =>
        text
          .split("")
          .map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"))
          .join("");
      const expected = pairs.flatMap((entries, index) => [
        name(index),
        ...[...new Map(entries)].map(([key, value]) => `  ${hex(key)}=${hex(value)}`).sort(),
      ]);
      expect(stdout.split("\n").slice(0, -1)).toEqual(expected);
    });
  });
});
