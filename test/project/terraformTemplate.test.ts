import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromTerraformLiteral, terraformLiteral } from "../../lib/project/terraformTemplate";
import { describeWith, tool } from "../support/tools";

const TEXTS = [
  '${file("/etc/passwd")}',
  "%{ if true }x%{ endif }",
  "$${x}",
  "$$${x}",
  "%%{x}",
  "$%{a}",
  "%${a}",
  "100% $ $$ %%",
  "${",
  "C:\\a\\b",
  'O="A, B"',
  "plain",
];

describe("texts that are no templates", () => {
  test.each(TEXTS)("%j is read back", (text) => {
    expect(fromTerraformLiteral(String(terraformLiteral(text)))).toBe(text);
  });

  test("lists and objects are gone through, numbers are not", () => {
    expect(terraformLiteral({ a: ["${x}", 1, null], b: { c: true } })).toEqual({
      a: ["$${x}", 1, null],
      b: { c: true },
    });
  });
});

describeWith("terraform", "what Terraform makes of them", () => {
  test("are the texts themselves", () => {
    const directory = mkdtempSync(join(tmpdir(), "cdktf-trust-template-"));
    const output = Object.fromEntries(
      TEXTS.map((text, index) => [`o${index}`, { value: terraformLiteral(text) }]),
    );
    writeFileSync(join(directory, "main.tf.json"), JSON.stringify({ output }));
    const terraform = (...words: string[]) =>
      spawnSync(tool("terraform"), words, { cwd: directory, encoding: "utf8" });
    expect(terraform("init")).toMatchObject({ status: 0 });
    expect(terraform("apply", "-auto-approve")).toMatchObject({ status: 0 });
    const read = JSON.parse(terraform("output", "-json").stdout) as Record<string, { value: string }>;
    rmSync(directory, { recursive: true });
    expect(TEXTS.map((_, index) => read[`o${index}`]?.value)).toEqual(TEXTS);
  });
});
