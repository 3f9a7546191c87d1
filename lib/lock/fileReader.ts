import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { fileFailed, systemCode } from "../hosts";
import type { FileReader } from "./importIdentity";

/** Reads files that a plan names, relative to the project's root. */
export function fileReader(projectDirectory: string): FileReader {
  return (path) => {
    const absolute = resolve(projectDirectory, path);
    try {
      return readFileSync(absolute);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw fileFailed("read", absolute, error);
    }
  };
}
