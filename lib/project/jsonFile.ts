import { readNamedFile } from "../hosts/namedFile";
import { damagedFile, unreadableFile } from "./errors";
import { type Shape, WrongShape } from "./shape";

/**
 * Reads a JSON file that somebody may have damaged.
 *
 * @param remedy what to do where it is damaged
 * @throws ProjectError `unreadable-file`, `damaged-file`
 */
export function readJsonFile<Value>(file: string, shape: Shape<Value>, remedy: string): Value {
  try {
    return shape(parse(file, remedy), []);
  } catch (error) {
    throw error instanceof WrongShape
      ? damagedFile(file, error.place.join(" › "), error.message, remedy)
      : error;
  }
}

function parse(file: string, remedy: string): unknown {
  const source = decode(file, remedy);
  try {
    return JSON.parse(source);
  } catch (error) {
    const position = /at position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
    // A runtime that names no position means the end of the text.
    throw damagedFile(
      file,
      lineAndColumn(source, Number(position ?? source.length)),
      "this is no JSON (often a comma that is missing or too many just before)",
      remedy,
    );
  }
}

function decode(file: string, remedy: string): string {
  let bytes: Buffer;
  try {
    ({ bytes } = readNamedFile(file));
  } catch (error) {
    throw unreadableFile(file, error, remedy);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw damagedFile(file, "", "it is not text in UTF-8", remedy);
  }
}

function lineAndColumn(source: string, position: number): string {
  const before = source.slice(0, position).split("\n");
  return `line ${before.length}, column ${(before.at(-1) ?? "").length + 1}`;
}
