import { HostError } from "./errors";

/**
 * An absolute path as a product's documentation writes it, taken apart: `/opt/x/conf/keystore`, or
 * `C:\ProgramData\x\conf\keystore`. Under a mirror directory the second is `<root>/C/ProgramData/x/conf/keystore`.
 */
export interface PlannedPath {
  /** Upper-case drive letter; absent on a POSIX path. */
  readonly drive?: string;
  readonly components: readonly string[];
}

/**
 * Takes a host path apart. Relative paths, UNC paths and `..` are refused: which file they mean
 * depends on where a process stands, or on where symbolic links lead.
 */
export function parsePlannedPath(path: string): PlannedPath {
  const drive = /^([A-Za-z]):[\\/]/.exec(path)?.[1];
  if (drive === undefined && !path.startsWith("/")) {
    throw new HostError(
      "path-not-absolute",
      `"${path}" is not an absolute path on the host. Write it from the root: /opt/product/conf/keystore, or C:\\product\\conf\\keystore.`,
    );
  }
  const components = (drive === undefined ? path.split("/") : path.slice(2).split(/[\\/]/)).filter(
    (component) => component !== "" && component !== ".",
  );
  if (components.includes("..")) {
    throw new HostError(
      "path-not-absolute",
      `"${path}" contains "..". Write the path that is meant, without it.`,
    );
  }
  if (components.length === 0 || path.includes("\0")) {
    throw new HostError("path-not-absolute", `${JSON.stringify(path)} does not name a file.`);
  }
  return drive === undefined ? { components } : { drive: drive.toUpperCase(), components };
}

/** The path as its host writes it. */
export function formatPlannedPath(path: PlannedPath): string {
  return path.drive === undefined
    ? `/${path.components.join("/")}`
    : `${path.drive}:\\${path.components.join("\\")}`;
}

/** The last component. */
export function fileNameOf(path: string): string {
  return parsePlannedPath(path).components.at(-1) ?? "";
}

/** The path of another file in the same directory. */
export function besidePath(path: string, fileName: string): string {
  const planned = parsePlannedPath(path);
  return formatPlannedPath({ ...planned, components: [...planned.components.slice(0, -1), fileName] });
}
