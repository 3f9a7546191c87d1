import { ConfigError } from "./errors";
import { lineNumber } from "./text";

/** What ISPW's STDENV member says about the Java it runs under. */
export interface Stdenv {
  /** Absolute path, without a slash at its end. */
  readonly javaHome: string;
}

/** A variable's value as far as the text tells it; otherwise why not. */
type Known = { readonly value: string } | { readonly unknown: string };

/**
 * Reads `JAVA_HOME` from a copy of the STDENV member (shell text, as the JZOS launcher runs it) or of a job that
 * has it in-stream (`//STDENV DD *`). The last assignment counts; variables that the text itself sets are
 * followed. Files that it reads (`. /etc/profile`) are ignored.
 *
 * @throws ConfigError where `JAVA_HOME` is not set, or depends on what only a run on the host can tell
 */
export function readStdenv(text: string): Stdenv {
  const { script, firstLine } = inStream(text) ?? { script: text, firstLine: 1 };
  const variables = new Map<string, Known>();
  let depth = 0;
  for (const { words, line } of statements(script)) {
    const number = firstLine + line - 1;
    depth += depthChange(words[0] ?? "");
    for (const { name, raw } of assignments(words)) {
      const condition = `it is set under a condition or in a loop in line ${number}`;
      variables.set(name, depth > 0 ? { unknown: condition } : expand(raw, variables, number));
    }
  }
  const javaHome = variables.get("JAVA_HOME");
  if (javaHome === undefined) {
    throw stdenvError(
      "JAVA_HOME is not set in it. Give the member that has `export JAVA_HOME=…`, or the javaHome itself.",
    );
  }
  if ("unknown" in javaHome) {
    throw stdenvError(`JAVA_HOME cannot be told from it: ${javaHome.unknown}. Give the javaHome itself.`);
  }
  const path = javaHome.value.replace(/(?<=.)\/+$/, "");
  if (!path.startsWith("/")) {
    throw stdenvError(`JAVA_HOME is "${path}", which is not an absolute path. Give the javaHome itself.`);
  }
  return { javaHome: path };
}

const ddPattern = /^\/\/(?:[^ .]+\.)?STDENV\s+DD\s+(.*)$/;

/** The data of the STDENV DD statement in a job; undefined where the text is no job. */
function inStream(text: string): { script: string; firstLine: number } | undefined {
  const lines = text.split(/\r\n|\n|\r/);
  if (!lines.some((line) => /^\/\/\S*\s+(JOB|EXEC|PROC|DD)(\s|$)/.test(line))) return undefined;
  const start = lines.findIndex((line) => ddPattern.test(line));
  if (start < 0) throw stdenvError("it is a job without a STDENV DD statement. Give the STDENV member.");
  const operands = ddPattern.exec(lines[start] ?? "")?.[1] ?? "";
  const kind = /^(\*|DATA)(?=[\s,]|$)/.exec(operands)?.[1];
  if (kind === undefined) {
    const dataSet = /DSN(?:AME)?=([^,\s]+)/.exec(operands)?.[1];
    throw stdenvError(
      `its STDENV DD statement (line ${start + 1}) points to ${dataSet ?? "something else"}. Give a copy of that.`,
    );
  }
  // z/OS MVS JCL Reference, DD *: ends at the delimiter, and unless DATA or DLM say otherwise, at the next statement.
  const named = /[,\s]DLM=(?:'([^']+)'|([^,\s]{2}))/.exec(operands);
  const delimiter = named?.[1] ?? named?.[2];
  const rest = lines.slice(start + 1);
  const end = rest.findIndex(
    (line) =>
      line.startsWith(delimiter ?? "/*") ||
      (delimiter === undefined && kind === "*" && line.startsWith("//")),
  );
  return { script: rest.slice(0, end < 0 ? undefined : end).join("\n"), firstLine: start + 2 };
}

/** What a word starts with: an escape, quotes, an expansion, a plain character. */
const wordStart =
  /\\[^\n]|'[^']*'|"(?:\\[^]|[^"\\])*"|\$\((?:[^()]|\([^()]*\))*\)|\$\{[^}]*\}|`[^`]*`|[^\s\\'"`;&|#()]/
    .source;

/** In this order: continued line, word (1), comment, blanks, end of a statement (2). */
const token = new RegExp(
  `\\\\\\n|((?:${wordStart})(?:${wordStart}|#|\\\\\\n)*)|#[^\\n]*|[ \\t]+|([\\n;&|()])`,
  "g",
);

interface Statement {
  /** Words with their quotes and expansions as written. */
  readonly words: readonly string[];
  readonly line: number;
}

/** Splits shell text into statements and words (POSIX shell, 2.3): quotes, comments and continued lines. */
function statements(script: string): Statement[] {
  const text = script.replaceAll(/\r\n|\r/g, "\n");
  const found: Statement[] = [];
  let words: string[] = [];
  let line = 1;
  let offset = 0;
  for (const match of text.matchAll(token)) {
    if (match.index !== offset) break;
    offset += match[0].length;
    if (match[1] !== undefined) {
      if (words.length === 0) line = lineNumber(text, match.index);
      words.push(match[1]);
    }
    if (match[2] !== undefined && words.length > 0) {
      found.push({ words, line });
      words = [];
    }
  }
  if (offset < text.length) {
    throw stdenvError(`line ${lineNumber(text, offset)}: a quote or bracket is never closed. Correct it.`);
  }
  return words.length > 0 ? [...found, { words, line }] : found;
}

function depthChange(word: string): number {
  if (["if", "for", "while", "until", "case", "{"].includes(word)) return 1;
  return ["fi", "done", "esac", "}"].includes(word) ? -1 : 0;
}

function assignments(words: readonly string[]): { name: string; raw: string }[] {
  const keywords = ["export", "then", "else", "do", "readonly", "typeset"];
  const [first = ""] = words;
  const candidates = keywords.includes(first) ? assignmentWords(words.slice(1), keywords) : words;
  const found: { name: string; raw: string }[] = [];
  for (const word of candidates) {
    const [, name, raw = ""] = /^([A-Za-z_][A-Za-z0-9_]*)=([^]*)$/.exec(word) ?? [];
    // `export A B=c` goes on after a bare name; `A=b command` ends, and sets nothing for what follows.
    if (name !== undefined) found.push({ name, raw });
    else if (first !== "export") return [];
  }
  return found;
}

function assignmentWords(words: readonly string[], keywords: readonly string[]): readonly string[] {
  return keywords.includes(words[0] ?? "") ? assignmentWords(words.slice(1), keywords) : words;
}

const expansion =
  /'([^']*)'|"((?:\\[^]|[^"\\])*)"|\\([^])|\$\{([A-Za-z_]\w*)\}|\$([A-Za-z_]\w*)|([$`~][^]*)|([^\\'"$`~]+)/g;

/** Quote removal and parameter expansion (POSIX shell, 2.6), as far as the text itself can tell. */
function expand(raw: string, variables: ReadonlyMap<string, Known>, line: number): Known {
  // A continued line is joined before anything else is looked at, but not between single quotes.
  const joined = raw.replaceAll(/('[^']*'|"(?:\\[^]|[^"\\])*"|\\[^\n])|\\\n/g, "$1");
  let value = "";
  for (const match of joined.matchAll(expansion)) {
    const [, single, double, escaped, braced, bare, other, plain] = match;
    const name = braced ?? bare;
    if (double !== undefined) {
      const inner = expand(
        double.replaceAll(/\\\n/g, "").replaceAll(/\\(?![$`"\\])|['~]/g, "\\$&"),
        variables,
        line,
      );
      if ("unknown" in inner) return inner;
      value += inner.value;
    } else if (name !== undefined) {
      const variable = variables.get(name) ?? {
        unknown: `line ${line} uses $${name}, which the text does not set`,
      };
      if ("unknown" in variable) return variable;
      value += variable.value;
    } else if (other !== undefined) {
      return { unknown: `line ${line} uses ${other}, which only the host's shell can evaluate` };
    } else {
      value += single ?? escaped ?? plain ?? "";
    }
  }
  return { value };
}

function stdenvError(what: string): ConfigError {
  return new ConfigError("stdenv", `STDENV: ${what}`);
}
