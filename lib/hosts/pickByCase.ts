import { HostError } from "./errors";
import { besidePath, fileNameOf } from "./plannedPath";

/**
 * The path as it is spelled among the names of its directory; undefined where none is the same but for case.
 *
 * @throws HostError `path-ambiguous`
 */
export function pickByCase(path: string, names: readonly string[]): string | undefined {
  const wanted = fileNameOf(path).toLowerCase();
  const found = names.filter((name) => name.toLowerCase() === wanted).sort();
  if (found.length > 1) {
    throw new HostError(
      "path-ambiguous",
      `${path}: ${found.join(" and ")} are both there and differ in case only. Remove the one that the product does not read.`,
    );
  }
  const [name] = found;
  return name === undefined ? undefined : besidePath(path, name);
}
