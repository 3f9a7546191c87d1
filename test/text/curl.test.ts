import * as fc from "fast-check";
import { createServer } from "node:http";
import { join } from "node:path";
import { writeFileSync } from "node:fs";
import { TextError, curlCertificate, curlQuote } from "../../lib/text";
import { describeWith, tool } from "../support/tools";
import { runAsync, withDirectory } from "../systems/support/scripts";
import { whileListening } from "../systems/support/servers";
import { numRuns, quotableText } from "./samples";

test("refuses what curl has no escape for", () => {
  expect(() => curlQuote("a\0b")).toThrow(TextError);
});

test("keeps a colon in a certificate's path from starting a password", () => {
  expect(curlCertificate("/etc/a:b.crt")).toBe(String.raw`"/etc/a\\:b.crt"`);
});

describeWith("curl", "curl's configuration", () => {
  test("holds one value, whatever is written", async () => {
    await withDirectory(async (directory) => {
      const bodies: string[] = [];
      const server = createServer((request, response) => {
        const chunks: Buffer[] = [];
        request.on("data", (chunk: Buffer) => chunks.push(chunk));
        request.on("end", () => {
          bodies.push(Buffer.concat(chunks).toString());
          response.end();
        });
      });
      await whileListening(server, async (port) => {
        const file = join(directory, "curlrc");
        await fc.assert(
          fc.asyncProperty(fc.array(quotableText, { minLength: 1, maxLength: 20 }), async (texts) => {
            bodies.length = 0;
            const calls = texts.map(
              (text) => `url = "http://localhost:${port}/"\ndata-raw = ${curlQuote(text)}\nsilent`,
            );
            writeFileSync(file, `${calls.join("\nnext\n")}\n`);
            const { status } = await runAsync(tool("curl"), ["--disable", "--config", file]);
            expect(status).toBe(0);
            expect(bodies).toEqual(texts);
          }),
          { numRuns: Math.min(numRuns, 100) },
        );
      });
    });
  });
});
