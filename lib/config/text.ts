import { ConfigError } from "./errors";

/** Encodings that a product's file is edited in. */
export type TextEncoding = "utf-8" | "utf-16le" | "utf-16be" | "iso-8859-1" | "us-ascii";

/** A file as text; `encodeText` gives back the very bytes it was decoded from. */
export interface EncodedText {
  readonly encoding: TextEncoding;
  /** Whether the file starts with a byte order mark; it is no part of `text`. */
  readonly byteOrderMark: boolean;
  readonly text: string;
}

const marks: readonly (readonly [TextEncoding, readonly number[]])[] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

/** The encoding that a byte order mark names (Unicode 16, 2.13). */
export function encodingByMark(bytes: Uint8Array): TextEncoding | undefined {
  if (startsWith(bytes, [0xff, 0xfe, 0, 0]) || startsWith(bytes, [0, 0, 0xfe, 0xff])) {
    throw new ConfigError("encoding", "the file is UTF-32, which is not supported. Save it as UTF-8.");
  }
  return marks.find(([, mark]) => startsWith(bytes, mark))?.[0];
}

/** Decodes without loss; bytes that the encoding does not know are an error that says where they are. */
export function decodeText(bytes: Uint8Array, encoding: TextEncoding): EncodedText {
  const mark = marks.find(([name]) => name === encoding)?.[1] ?? [];
  const byteOrderMark = mark.length > 0 && startsWith(bytes, mark);
  const content = Buffer.from(byteOrderMark ? bytes.subarray(mark.length) : bytes);
  return { encoding, byteOrderMark, text: decodeContent(content, encoding) };
}

/** Encodes `text` as the file that `original` was read from. */
export function encodeText(original: EncodedText, text: string): Buffer {
  const mark = original.byteOrderMark ? (marks.find(([name]) => name === original.encoding)?.[1] ?? []) : [];
  return Buffer.concat([Buffer.from(mark), encodeContent(text, original.encoding)]);
}

/** Whether a text can be written in an encoding. */
export function isEncodable(text: string, encoding: TextEncoding): boolean {
  if (encoding === "us-ascii") return !/[^\0-\x7F]/.test(text);
  return encoding === "iso-8859-1" ? !/[^\0-\xFF]/.test(text) : true;
}

/** Number of the line that `offset` is in, from 1; ends of lines as in XML and `java.util.Properties`. */
export function lineNumber(text: string, offset: number): number {
  return (text.slice(0, offset).match(/\r\n|\n|\r/g)?.length ?? 0) + 1;
}

/** `line 3`, `lines 3 and 7`, `lines 3, 5 and 7`. */
export function namesOfLines(lines: readonly number[]): string {
  const head = lines.slice(0, -1).join(", ");
  return lines.length < 2 ? `line ${lines.join("")}` : `lines ${head} and ${lines.at(-1)}`;
}

function decodeContent(content: Buffer, encoding: TextEncoding): string {
  switch (encoding) {
    case "utf-8": {
      const text = content.toString("utf8");
      if (!Buffer.from(text, "utf8").equals(content))
        throw undecodable("UTF-8", firstDifference(text, content));
      return text;
    }
    case "us-ascii": {
      const wrong = content.findIndex((byte) => byte >= 0x80);
      if (wrong >= 0) throw undecodable("US-ASCII", wrong);
      return content.toString("latin1");
    }
    case "iso-8859-1":
      return content.toString("latin1");
    case "utf-16le":
    case "utf-16be":
      if (content.length % 2 !== 0) throw undecodable("UTF-16", content.length - 1);
      return (encoding === "utf-16be" ? Buffer.from(content).swap16() : content).toString("utf16le");
  }
}

function encodeContent(text: string, encoding: TextEncoding): Buffer {
  switch (encoding) {
    case "utf-8":
      return Buffer.from(text, "utf8");
    case "utf-16le":
      return Buffer.from(text, "utf16le");
    case "utf-16be":
      return Buffer.from(text, "utf16le").swap16();
    case "iso-8859-1":
    case "us-ascii":
      return Buffer.from(text, "latin1");
  }
}

function undecodable(name: string, offset: number): ConfigError {
  return new ConfigError(
    "encoding",
    `the file is not ${name}: the byte at offset ${offset} of its text does not belong there. Save it as ${name}, or declare its encoding.`,
  );
}

function firstDifference(text: string, content: Buffer): number {
  const back = Buffer.from(text, "utf8");
  return content.findIndex((byte, index) => byte !== back[index]);
}

function startsWith(bytes: Uint8Array, mark: readonly number[]): boolean {
  return mark.every((byte, index) => bytes[index] === byte);
}
