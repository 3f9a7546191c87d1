import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import ts from "typescript";
import { internalNames } from "./examples";
import { type CodeBlock, REPOSITORY, codeBlocks, isForContributors, pages } from "./markdown";

/** Of package.json, what says where users may import from. */
interface PackageFile {
  readonly name: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const packageFile = JSON.parse(readFileSync(join(REPOSITORY, "package.json"), "utf8")) as PackageFile;

/** What users may import from: the package's entries and its peers. */
const IMPORTABLE = new Set([
  ...Object.keys(packageFile.exports).map((entry) => join(packageFile.name, entry)),
  ...Object.keys(packageFile.peerDependencies),
]);

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

function wrongImports(block: CodeBlock): string[] {
  return importsOf(block)
    .filter((from) => !IMPORTABLE.has(from) && !isBuiltin(from) && !/^\.\/(?!lib\b)/.test(from))
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
