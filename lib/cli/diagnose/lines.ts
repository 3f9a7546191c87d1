import { TextDecoder } from "node:util";

/** Characters of a line that are kept; what betrays a cause stands near its beginning. */
const MAXIMUM_LINE = 10_000;

/**
 * The lines of a log, as they come: UTF-8, or UTF-16 where a byte order mark says so, as PowerShell writes it.
 * What is beyond 10,000 characters of a line is left out, so that no log is too large.
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  let decoder: TextDecoder | undefined;
  let rest = "";
  for await (const chunk of chunks) {
    decoder ??= new TextDecoder(chunk[0] === 0xff && chunk[1] === 0xfe ? "utf-16le" : "utf-8");
    const lines = (rest + decoder.decode(chunk, { stream: true })).split(/\r?\n/);
    rest = (lines.pop() ?? "").slice(0, MAXIMUM_LINE);
    for (const line of lines) yield line.slice(0, MAXIMUM_LINE);
  }
  rest += decoder?.decode() ?? "";
  if (rest !== "") yield rest;
}
