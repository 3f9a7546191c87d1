import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { internalNames } from "./examples";
import { type CodeBlock, REPOSITORY, codeBlocks, isForContributors, pages } from "./markdown";

/** Of package.json, what says where users may import from. */
interface PackageFile {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

const packageFile = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as PackageFile;

/** The package's own entries. */
const ENTRIES = new Set(Object.keys(packageFile.exports).map((entry) => join(packageFile.name, entry)));

/** What needs a clone of the repository; the README says what a clone is tried with. */
const COMMANDS_OF_OURS = /npx jest|SLOW=1|`npm run /;

/** Names of ours that a product has as well, of which a page speaks. */
const OF_OTHERS = new Set(["createStore"]); // the keystore service of an Integration Server

describe("pages for users", () => {
  const userPages = [...pages()].filter(([path]) => !isForContributors(path));
  const internal = internalNames();

  test("import what can be imported", () => {
    const blocks = codeBlocks().filter(
      ({ place, language }) => language === "ts" && !isForContributors(place),
    );
    expect(blocks.flatMap(importsOf)).toContain("cdktf-trust");
    expect(blocks.flatMap(wrongImports)).toEqual([]);
  });

  test("name no file of ours", () => {
    expect(userPages.flatMap(([path, text]) => pathsIn(text).map((found) => `${path}: ${found}`))).toEqual(
      [],
    );
  });

  test("run none of our scripts", () => {
    expect(COMMANDS_OF_OURS.test("`SLOW=1 npx jest test/java`")).toBe(true);
    const showing = userPages.filter(([path, text]) => path !== "README.md" && COMMANDS_OF_OURS.test(text));
    expect(showing.map(([path]) => path)).toEqual([]);
  });

  test("name nothing that only our own code has", () => {
    expect(internal).toContain("parseCertificate");
    expect(internal).not.toContain("Keystore");
    const named = userPages.flatMap(([path, text]) =>
      internalIn(text, internal).map((name) => `${path}: ${name}`),
    );
    expect(named).toEqual([]);
  });

  test("that did so would be noticed", () => {
    const block = (code: string): CodeBlock => ({ place: "x:1", language: "ts", code });
    expect(wrongImports(block('import {\n  openHost,\n} from "cdktf-trust/lib/hosts";'))).toHaveLength(1);
    expect(wrongImports(block('import { openHost } from "../lib/hosts";'))).toHaveLength(1);
    expect(wrongImports(block('const { openHost } = await import("./lib");'))).toHaveLength(1);
    expect(pathsIn("as `lib/pki` does")).toEqual(["lib/pki"]);
    expect(pathsIn("see test/docs/markdown.ts")).toEqual(["test/docs/markdown.ts"]);
    expect(pathsIn("/usr/lpp/java/J8.0_64/lib/security/cacerts, `lib/security/cacerts` of Java")).toEqual([]);
    expect(internalIn("`parseCertificate(der)` reads it", internal)).toEqual(["parseCertificate"]);
  });

  test("are listed apart from those for contributors, and all are listed", () => {
    const [, forUsers = "", forContributors = ""] = (pages().get("docs/README.md") ?? "").split(/^## /m);
    const listed = (text: string) =>
      [...text.matchAll(/\]\(([^):#]+)\)/g)].map(([, link = ""]) => `docs/${link}`);
    const contributors = listed(forContributors).filter((path) => path.endsWith(".md"));
    expect(contributors.filter((path) => !isForContributors(path))).toEqual([]);
    expect(listed(forUsers).filter(isForContributors)).toEqual([]);
    const topPages = [...pages().keys()].filter(
      (path) => /^docs\/(contributing\/)?[^/]+\.md$/.test(path) && path !== "docs/README.md",
    );
    expect(
      topPages.filter((path) => !listed(forUsers).includes(path) && !contributors.includes(path)),
    ).toEqual([]);
  });
});

/** Where a block imports from, by statement and by call. */
function importsOf({ code }: Pick<CodeBlock, "code">): string[] {
  return ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);
}

/** What a block takes from the package by another way than its entries, or from a folder of ours. */
function wrongImports(block: CodeBlock): string[] {
  return importsOf(block)
    .filter((from) =>
      from.split("/")[0] === packageFile.name ? !ENTRIES.has(from) : /^\.(\.|\/lib\b)/.test(from),
    )
    .map((from) => `${block.place}: ${from}`);
}

/** Paths in our folders of sources and tests, in text, code and commands; not in comments for our own scripts. */
function pathsIn(text: string): string[] {
  const shown = text.replaceAll(/<!--[^]*?-->/g, "");
  return [...shown.matchAll(/(?<![\w/.$-])(?:lib|test|scripts|bench)\/(?!security\/)\w[\w./-]*/g)].map(
    ([path]) => path,
  );
}

/** Names in code between the lines, alone or called, that no entry of the package exports. */
function internalIn(text: string, internal: ReadonlySet<string>): string[] {
  return [...text.matchAll(/`(?:new )?([A-Za-z]\w*)(?:<[^`]*)?(?:\([^`]*\))?`/g)]
    .map(([, name = ""]) => name)
    .filter((name) => /[A-Z]/.test(name) && internal.has(name) && !OF_OTHERS.has(name));
}
