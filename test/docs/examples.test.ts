import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compileFunction } from "node:vm";
import { App, type TerraformStack } from "cdktf";
import { parseAllDocuments } from "yaml";
import type { TrustPlan } from "../../lib";
import { collectPlan } from "../../lib/synth/plan/collectPlan";
import { CliSandbox } from "../cli/cliRun";
import { planOf } from "../support/planOf";
import { describeWith, tool } from "../support/tools";
import { DECLARE, type Example, diagnose, toExamples, transpile } from "./examples";
import { REPOSITORY, codeBlocks, pages, pipelines } from "./markdown";

const blocks = [...codeBlocks(), ...pipelines()];
const inLanguage = (...languages: readonly string[]) =>
  blocks.filter(({ language }) => languages.includes(language));

describe("TypeScript of the pages", () => {
  const examples = toExamples(inLanguage("ts"));

  test("compiles", () => {
    expect(examples.length).toBeGreaterThan(10);
    expect(diagnose(examples)).toEqual([]);
  }, 120_000);

  test("that is wrong would be noticed", () => {
    const [broken] = toExamples([{ place: "x", language: "ts", code: 'Host.local("a").noSuchThing();' }]);
    expect(diagnose(broken === undefined ? [] : [broken])).toEqual([expect.stringContaining("noSuchThing")]);
  }, 120_000);

  test.each(examples.filter(({ isDeclaration }) => isDeclaration).map((example) => [example.place, example]))(
    "%s declares what can be planned",
    (_, example) => {
      expect(planOfExample(example)).toMatchObject({ formatVersion: 2 });
    },
  );

  test("that claims to be a copy is one", () => {
    const copies = blocks.filter(({ copyOf }) => copyOf !== undefined);
    expect(copies.map(({ copyOf }) => copyOf)).toContain("stacks/electricFlowIspw.ts");
    for (const { code, copyOf = "" } of copies)
      expect(code).toBe(readFileSync(join(REPOSITORY, copyOf), "utf8").replace('"../lib"', '"cdktf-trust"'));
  });
});

describe("links of the pages", () => {
  test("lead to files that are there", () => {
    const links = [...pages()].flatMap(([page, text]) =>
      [...text.matchAll(/\]\((?!https?:)([^)#\s]+)/g)].map(([, target = ""]) => ({ page, target })),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ page, target }) => !existsSync(join(REPOSITORY, dirname(page), target)))).toEqual(
      [],
    );
  });

  test("lead to headings that are there", () => {
    const texts = pages();
    const links = [...texts].flatMap(([page, text]) =>
      [...text.matchAll(/\]\((?!https?:)([^)#\s]*)#([^)\s]+)\)/g)].map(([, target = "", anchor = ""]) => ({
        page,
        target: target === "" ? page : join(dirname(page), target),
        anchor,
      })),
    );
    expect(links.length).toBeGreaterThan(20);
    expect(links.filter(({ target, anchor }) => !anchorsOf(texts.get(target) ?? "").has(anchor))).toEqual([]);
  });
});

describe("command lines of the pages", () => {
  test("use commands and options that exist", async () => {
    const sandbox = new CliSandbox();
    const lines = commandLines();
    expect(lines.length).toBeGreaterThan(30);
    const wrong: string[] = [];
    for (const { place, line } of lines) {
      const problem = await problemOf(line, sandbox);
      if (problem !== undefined) wrong.push(`${place}: ${line}: ${problem}`);
    }
    sandbox.remove();
    expect(wrong).toEqual([]);
  });

  test("that are wrong would be noticed", async () => {
    const sandbox = new CliSandbox();
    expect(await problemOf("cdktf-trust deploy --quickly", sandbox)).toContain("--quickly");
    expect(await problemOf("cdktf-trust stroe list", sandbox)).toContain("stroe");
    expect(await problemOf("cdktf-trust store lsit FILE", sandbox)).toContain("lsit");
    expect(await problemOf("cdktf-trust lock recipients add --quickly", sandbox)).toContain("--quickly");
    sandbox.remove();
  });
});

describe("data of the pages", () => {
  test.each(inLanguage("yaml", "yml").map(({ place, code }) => [place, code]))("%s is YAML", (_, code) => {
    expect(parseAllDocuments(code).flatMap(({ errors }) => errors)).toEqual([]);
  });

  test.each(inLanguage("json").map(({ place, code }) => [place, code]))("%s is JSON", (_, code) => {
    expect(JSON.parse(code)).toBeInstanceOf(Object);
  });
});

describeWith("terraform", "Terraform of the pages", () => {
  test.each(inLanguage("hcl", "terraform").map(({ place, code }) => [place, code]))(
    "%s is HCL as terraform fmt writes it",
    (_, code) => {
      const formatted = spawnSync(tool("terraform"), ["fmt", "-"], { input: code, encoding: "utf8" });
      expect(formatted).toMatchObject({ status: 0, stdout: code });
    },
  );
});

/** What GitHub makes of a page's headings. */
function anchorsOf(page: string): Set<string> {
  const text = page.replaceAll(/^ *```[^]*?^ *```$/gm, "");
  const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
  const named = [...text.matchAll(/^<a id="([^"]+)"><\/a>$/gm)].map(([, id = ""]) => id);
  return new Set([...headings, ...named]);
}

/** What an example declares, before any lock is asked. */
function planOfExample(example: Example): TrustPlan {
  const module: { exports: Record<string, unknown> } = { exports: {} };
  const load = compileFunction(transpile(example), ["require", "module", "exports"]);
  load(require, module, module.exports);
  const declare = module.exports[DECLARE];
  return typeof declare === "function"
    ? planOf((stack) => void declare.call(stack))
    : collectPlan(stackOf(Object.values(module.exports)), { project: "test", name: "test" }).plan;
}

/** The stack class that an example exports, as its app would make it. */
function stackOf(exported: readonly unknown[]): TerraformStack {
  const [Stack] = exported as (new (app: App, id: string) => TerraformStack)[];
  if (Stack === undefined) throw new Error("the example exports no stack");
  return new Stack(new App(), "example");
}

/** Every `cdktf-trust …` of the pages, in blocks and between the lines, with its place. */
function commandLines(): { place: string; line: string }[] {
  const inBlocks = blocks
    .filter(({ language }) => ["sh", "bash", "shell", "console", "yaml"].includes(language))
    .flatMap(({ place, code }) =>
      [
        ...code
          .replaceAll(/\\\n\s*/g, " ")
          .matchAll(/(?<=^|\s)(?<!npm install )cdktf-trust (?=[a-z-])[^\n|&;#]*/g),
      ].map(([line]) => ({ place, line })),
    );
  const inline = [...pages()].flatMap(([place, text]) =>
    [...text.matchAll(/`(?:npx )?(cdktf-trust\s[^`]+)`/g)].map(([, line = ""]) => ({ place, line })),
  );
  return [...inBlocks, ...inline];
}

/** The words that name a command; `lock` is one, and has others below it. */
async function commandPath(words: readonly string[], sandbox: CliSandbox): Promise<string[]> {
  const [command = "", subcommand = ""] = words;
  if (command.startsWith("-")) return [];
  if (["host", "provider", "store"].includes(command) && subcommand !== "…") return [command, subcommand];
  const path = [command];
  if (command !== "lock") return path;
  for (const word of words.slice(1)) {
    const { stdout } = await sandbox.run(...path, "--help");
    const [, commands = ""] = stdout.split("\nCommands:\n");
    if (!commands.split("\n").some((line) => line.startsWith(`  ${word} `))) break;
    path.push(word);
  }
  return path;
}

/** What is wrong with a command line, by the help of the command it names. */
async function problemOf(line: string, sandbox: CliSandbox): Promise<string | undefined> {
  const words = line.trim().split(/\s+/).slice(1);
  const path = await commandPath(words, sandbox);
  const { exitCode, stdout, stderr } = await sandbox.run(...path, "--help");
  if (exitCode !== 0 || !stdout.startsWith(`Usage: cdktf-trust ${path.join(" ")}`))
    return stderr.trim() === "" ? `there is no ${path.join(" ")}` : stderr.trim();
  const unknown = words
    .filter((word) => word.startsWith("-"))
    .map((word) => word.replace(/=.*/, ""))
    .filter((option) => !new RegExp(`(^|[\\s,])${option}([\\s,]|$)`, "m").test(stdout));
  return unknown.length === 0 ? undefined : `no option ${unknown.join(", ")}`;
}
