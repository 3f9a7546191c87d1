import * as fc from "fast-check";
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TextError, nginxQuote } from "../../lib/text";
import { describeWith, tool } from "../support/tools";
import { withDirectory } from "../systems/support/scripts";
import { numRuns, quotableText } from "./samples";

test.each(["a$b", "${x}", "a\nb", "a\0b"])("refuses what nginx cannot carry: %j", (text) => {
  expect(() => nginxQuote(text)).toThrow(TextError);
});

describeWith("nginx", "nginx's configuration", () => {
  test("names one file, whatever it is called", async () => {
    await withDirectory(async (directory) => {
      const nginx = (configuration: string) => {
        const file = join(directory, "nginx.conf");
        writeFileSync(file, `pid ${directory}/pid; error_log stderr; events {} ${configuration}`);
        return spawnSync(tool("nginx"), ["-t", "-p", directory, "-c", file], { encoding: "utf8" });
      };
      mkdirSync(join(directory, "in"));
      const nameOf = (text: string) => `x${text.replace(/[$\p{Cc}/*?[]/gu, "")}`;
      await fc.assert(
        fc.asyncProperty(
          fc.array(quotableText.map(nameOf), { minLength: 1, maxLength: 20 }),
          async (names) => {
            for (const name of names) writeFileSync(join(directory, "in", name), "");
            const files = names.map((name) => `include ${nginxQuote(join(directory, "in", name))};`);
            const { status, stderr } = nginx(files.join("\n"));
            expect([status, stderr.replace(/^.*(syntax is ok|test is successful)\n/gm, "")]).toEqual([0, ""]);
            await Promise.resolve();
          },
        ),
        { numRuns: Math.min(numRuns, 200) },
      );
    });
  });
});
