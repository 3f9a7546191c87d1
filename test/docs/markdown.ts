import { readFileSync, readdirSync } from "node:fs";
import { join, relative, resolve } from "node:path";

export const REPOSITORY = resolve(__dirname, "../..");

/** A fenced block of a page. */
export interface CodeBlock {
  /** `page:line` of its first line, for messages. */
  readonly place: string;
  readonly language: string;
  readonly code: string;
  /** File that the page says the block is a copy of, in a comment before it. */
  readonly copyOf?: string;
}

/** Whether a page is for those who change the package, and so may show what users cannot import. */
export function isForContributors(path: string): boolean {
  return /^docs\/(contributing\/|decisions\/|architecture\.md)/.test(path);
}

/** The README and every page below `docs` and `examples`, by path. */
export function pages(): Map<string, string> {
  const below = (folder: string) =>
    readdirSync(join(REPOSITORY, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".md"))
      .map((path) => join(folder, path))
      .sort();
  return new Map(
    ["README.md", ...below("docs"), ...below("examples")].map((path) => [
      path,
      readFileSync(join(REPOSITORY, path), "utf8"),
    ]),
  );
}

/** All fenced blocks of all pages. */
export function codeBlocks(): CodeBlock[] {
  return [...pages()].flatMap(([path, text]) =>
    [...text.matchAll(/(?:<!-- (\S+) -->\n\n)?^( *)```(\w+).*\n([^]*?)^\2```$/gm)].map((match) => {
      const [, copyOf, indent = "", language = "", code = ""] = match;
      const line = text.slice(0, match.index + match[0].indexOf("```")).split("\n").length + 1;
      return {
        place: `${relative(REPOSITORY, join(REPOSITORY, path))}:${line}`,
        language,
        code: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
        ...(copyOf === undefined ? {} : { copyOf }),
      };
    }),
  );
}

/** The pipelines that the page of CI speaks of and `init` writes, as if they stood on it. */
export function pipelines(): CodeBlock[] {
  return readdirSync(join(REPOSITORY, "starters/ci")).map((file) => ({
    place: `starters/ci/${file}:1`,
    language: "yaml",
    code: readFileSync(join(REPOSITORY, "starters/ci", file), "utf8"),
  }));
}
