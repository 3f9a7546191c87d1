import { posix } from "node:path";

import type { Use } from "../inventory";

/** A file that a configuration names, and how it is used. */
export interface FoundUse extends Omit<Use, "by"> {
  readonly path: string;
}

/** A path as a configuration has it, from the folder that relative ones start at. */
export function fileIn(directory: string, written: string): string {
  return posix.resolve(directory, written.replace(/^file:(?:\/\/(?=\/))?/, ""));
}
