import { ConfigError } from "./errors";
import { lineNumber } from "./text";

/** A key with its value in a `java.util.Properties` file. Offsets are into the text. */
export interface PropertyLine {
  readonly key: string;
  readonly value: string;
  /** Start of its first natural line. */
  readonly start: number;
  /** Where its value starts, or would. */
  readonly valueStart: number;
  /** Before the line end that closes it. */
  readonly end: number;
  /** After that line end. */
  readonly next: number;
  /** Whether `=` or `:` stands before the value; otherwise one that starts the value would be taken for it. */
  readonly hasSeparator: boolean;
  /** Whether anything at all, if only a blank, ends the key. */
  readonly endsKey: boolean;
}

/** What `java.util.Properties.load` finds in a text. */
export interface PropertyFile {
  /** In the order of the file; of lines with the same key, the last one counts. */
  readonly lines: readonly PropertyLine[];
  /** Whether a line that is appended would still belong to the last one. */
  readonly endsInContinuation: boolean;
}

/** A logical line: its characters without continuations, each with its place in the text. */
interface LogicalLine {
  readonly characters: string;
  readonly offsets: readonly number[];
  readonly start: number;
  readonly end: number;
  readonly next: number;
}

/** Reads a file as `java.util.Properties.load` does; the JDK's LineReader, load0 and loadConvert give the rules. */
export function parseProperties(text: string): PropertyFile {
  const { logical, endsInContinuation } = logicalLines(text);
  return { lines: logical.map((line) => parseLine(text, line)), endsInContinuation };
}

/** LineReader.readLine: comments and blank lines drop out, continuations are joined. */
function logicalLines(text: string): { logical: LogicalLine[]; endsInContinuation: boolean } {
  const logical: LogicalLine[] = [];
  let offset = 0;
  let endsInContinuation = false;
  while (offset < text.length) {
    const line = readLogicalLine(text, offset);
    offset = line.next;
    endsInContinuation = line.continues;
    // Found by experiment: a backslash that is all of a file's last line counts as an empty key, but not before CRLF.
    const isEmptyKey = line.continues && !text.endsWith("\r\n");
    if (line.characters !== "" || isEmptyKey) logical.push(line);
  }
  return { logical, endsInContinuation };
}

function readLogicalLine(text: string, start: number): LogicalLine & { continues: boolean } {
  const offsets: number[] = [];
  let characters = "";
  let offset = start;
  for (;;) {
    while (isBlank(text.charAt(offset))) offset += 1;
    const isComment = characters === "" && /[#!]/.test(text.charAt(offset));
    let backslash = false;
    while (offset < text.length && !isLineEnd(text.charAt(offset))) {
      const character = text.charAt(offset);
      backslash = character === "\\" && !backslash && !isComment;
      if (!isComment) {
        characters += character;
        offsets.push(offset);
      }
      offset += 1;
    }
    const end = offset;
    const atEnd = offset >= text.length;
    offset += text.startsWith("\r\n", offset) ? 2 : Number(!atEnd);
    // A backslash before the line end, or before the end of the file, is no part of the line.
    if (backslash) characters = characters.slice(0, offsets.length - 1);
    if (backslash) offsets.pop();
    if (!backslash || offset >= text.length) {
      return { characters, offsets, start, end, next: offset, continues: backslash };
    }
  }
}

/** Properties.load0: where the key ends and the value starts. */
function parseLine(text: string, line: LogicalLine): PropertyLine {
  const { characters, offsets } = line;
  let keyLength = 0;
  for (let backslash = false; keyLength < characters.length; keyLength++) {
    const character = characters.charAt(keyLength);
    if (!backslash && (isSeparator(character) || isBlank(character))) break;
    backslash = character === "\\" && !backslash;
  }
  let valueIndex = keyLength;
  let hasSeparator = false;
  for (; valueIndex < characters.length; valueIndex++) {
    const character = characters.charAt(valueIndex);
    if (isBlank(character)) continue;
    if (hasSeparator || !isSeparator(character)) break;
    hasSeparator = true;
  }
  const before = offsets[valueIndex - 1];
  return {
    key: unescape(characters.slice(0, keyLength), text, line.start),
    value: unescape(characters.slice(valueIndex), text, line.start),
    start: line.start,
    valueStart: offsets[valueIndex] ?? (before === undefined ? line.end : before + 1),
    end: line.end,
    next: line.next,
    hasSeparator,
    endsKey: valueIndex > keyLength,
  };
}

const escapes: ReadonlyMap<string, string> = new Map([
  ["t", "\t"],
  ["n", "\n"],
  ["r", "\r"],
  ["f", "\f"],
]);

/** Properties.loadConvert; like it, refuses `\u` without four hexadecimal digits. */
function unescape(raw: string, text: string, start: number): string {
  return raw.replaceAll(/\\(?:u([0-9A-Fa-f]{4})|([^]))/g, (_, unicode?: string, character = "") => {
    if (unicode !== undefined) return String.fromCharCode(Number.parseInt(unicode, 16));
    if (character === "u") {
      throw new ConfigError(
        "property-syntax",
        `line ${lineNumber(text, start)}: "\\u" is not followed by four hexadecimal digits, and Java refuses the whole file. Correct it; a backslash is written as two.`,
      );
    }
    return escapes.get(character) ?? character;
  });
}

function isSeparator(character: string): boolean {
  return character === "=" || character === ":";
}

function isBlank(character: string): boolean {
  return character === " " || character === "\t" || character === "\f";
}

function isLineEnd(character: string): boolean {
  return character === "\n" || character === "\r";
}
