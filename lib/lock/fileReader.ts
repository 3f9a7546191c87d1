import { resolve } from "node:path";
import { fileFailed, readNamedFile } from "../hosts";
import { systemCode } from "../model/systemCode";
import type { FileReader } from "./importIdentity";

/**
 * Reads files that a plan names, relative to the project's root.
 *
 * @throws HostError for what is no regular file, and for one that cannot be read
 */
export function fileReader(projectDirectory: string): FileReader {
  return (path) => {
    const absolute = resolve(projectDirectory, path);
    try {
      return readNamedFile(absolute).bytes;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw fileFailed("read", absolute, error);
    }
  };
}
