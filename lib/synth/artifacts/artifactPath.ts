import { win32 } from "node:path";
import type { HostPlan } from "../../model";
import { pathBelow } from "../../text";

/** Folder of a stack's artifacts, below its Terraform working directory. */
export const ARTIFACTS_DIRECTORY = "artifacts";

/**
 * Where the artifact of a file on a host lies, relative to the stack's Terraform working directory:
 * the host's own path under the host's id, so that a person finds it without a table.
 *
 * @throws TextError `unsafe-name` for a path that leaves the host's folder, and a host that leaves the artifacts
 */
export function artifactPath(host: HostPlan, path: string): string {
  const below =
    host.platform === "windows"
      ? win32
          .normalize(path)
          .replace(/^([A-Za-z]):/, "$1")
          .replaceAll("\\", "/")
      : path.replace(/^\/+/, "");
  return `${artifactFolderOf(host)}${pathBelow(below, "the host's artifacts")}`;
}

/**
 * The folder of a host's artifacts, with a slash at its end.
 *
 * @throws TextError `unsafe-name` for a host that would leave the artifacts
 */
export function artifactFolderOf(host: HostPlan): string {
  return `${ARTIFACTS_DIRECTORY}/${pathBelow(host.id, "the artifacts")}/`;
}
