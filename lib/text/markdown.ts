import { visible } from "./visible";

/**
 * A paragraph, heading or list item of CommonMark, from text in which backticks mark code and nothing else is
 * Markdown: no line break, HTML, link, emphasis, list or heading comes out of it, whoever wrote it.
 */
export function markdownText(text: string): string {
  const written = codeAndText(visible(text))
    .map((part) => (part.isCode ? markdownCode(part.text) : escapeText(part.text)))
    .join("")
    .trim();
  return written.replace(/^(?:[#>+=:-]|\d{1,9}(?=[.)]))/, (start) =>
    /\d/.test(start) ? `${start}\\` : `\\${start}`,
  );
}

/** Text in a code span that it cannot leave (CommonMark 0.31, 6.1): more backticks around it than in it. */
export function markdownCode(text: string): string {
  const shown = visible(text);
  const fence = "`".repeat(longestRun(shown) + 1);
  return `${fence}${padded(shown)}${fence}`;
}

/** Lines of a fenced code block that its text cannot leave (CommonMark 0.31, 4.5); indented by `indent`. */
export function markdownCodeBlock(language: string, text: string, indent: string): string[] {
  const lines = visible(text, "\n\t").split("\n");
  const fence = "`".repeat(Math.max(3, longestRun(text) + 1));
  return [`${fence}${language}`, ...lines, fence].map((line) => `${indent}${line}`);
}

interface Part {
  readonly isCode: boolean;
  readonly text: string;
}

/** Code spans, between runs of backticks of one length, and the text around them; a run without its like is text. */
function codeAndText(text: string): Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const { 0: span, 2: code = "", index } of text.matchAll(/(?<!`)(`+)(?!`)(.*?[^`])\1(?!`)/gsu)) {
    parts.push({ isCode: false, text: text.slice(from, index) }, { isCode: true, text: unpadded(code) });
    from = index + span.length;
  }
  return [...parts, { isCode: false, text: text.slice(from) }];
}

/** One space at each end is taken away again, but not from spaces alone. */
function padded(code: string): string {
  if (code.trim() === "") return code === "" ? " " : code;
  return /^[` ]|[` ]$/.test(code) ? ` ${code} ` : code;
}

/** Without the one space at each end that a code span may have (CommonMark 0.31, 6.1). */
function unpadded(code: string): string {
  return code.startsWith(" ") && code.endsWith(" ") && code.trim() !== "" ? code.slice(1, -1) : code;
}

/** Escapes no more than Markdown would take for its own, so that people may read the source as well. */
function escapeText(text: string): string {
  return text
    .replace(/\\(?=[!-/:-@[-`{-~]|$)/g, "\\\\")
    .replace(/[`*[\]<~|]/g, String.raw`\$&`)
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, String.raw`\_`)
    .replace(/&(?=#?\w+;)/g, String.raw`\&`)
    .replace(/:(?=\/\/)|(?<=\bwww)\.|@(?=\w)/gi, String.raw`\$&`);
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
