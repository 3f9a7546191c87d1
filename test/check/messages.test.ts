import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { diagnose } from "../../lib/check";

const folder = join(__dirname, "../fixtures/messages");

function linesOf(file: string): string[] {
  return readFileSync(join(folder, file), "utf8").split("\n").filter(Boolean);
}

const known = readdirSync(folder)
  .filter((file) => file.endsWith(".tsv") && file !== "unrelated.tsv")
  .flatMap((file) =>
    linesOf(file).map((line) => {
      const [rule = "", source = "", ...text] = line.split("\t");
      return { rule, source, text: text.join("\t") };
    }),
  );

const unrelated = linesOf("unrelated.tsv").map((line) => {
  const [source = "", ...text] = line.split("\t");
  return { source, text: text.join("\t") };
});

describe("lines of real logs", () => {
  test("are many, of Java 8 to 26, OpenSSL 1.0 to 3, curl, Node and products", () => {
    expect(new Set(known.map(({ text }) => text)).size).toBeGreaterThanOrEqual(50);
    for (const source of [
      /OpenJDK 8u/,
      /OpenJDK.* 26/,
      /OpenSSL 1\.0/,
      /OpenSSL 1\.1/,
      /OpenSSL 3/,
      /curl/,
      /Node/,
      /Integration Server/,
    ])
      expect(known.some((line) => source.test(line.source))).toBe(true);
  });

  test.each(known)("$source: $text: $rule", ({ rule, text }) => {
    const diagnosis = diagnose(text);

    expect(diagnosis?.rule).toBe(rule);
    expect(diagnosis?.next?.command).not.toBe("");
  });

  test("a received alert sends the reader to the other side's log, our own reason to this one", () => {
    const logs = known.map(({ text }) => [text, diagnose(text)?.next?.log] as const);

    for (const [text, log] of logs)
      if (/fatal alert: |RECV |SSL alert number/.test(text)) expect([text, log]).toEqual([text, "peer"]);
    expect(diagnose("PKIX path building failed")?.next?.log).toBe("here");
  });
});

describe("lines that tell of no fault of TLS", () => {
  test("are twenty and more", () => {
    expect(unrelated.length).toBeGreaterThanOrEqual(20);
  });

  test.each(unrelated)("$source: $text", ({ text }) => {
    expect(diagnose(text)).toBeUndefined();
  });
});
