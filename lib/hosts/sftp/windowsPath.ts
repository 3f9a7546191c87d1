import { win32 } from "node:path";

import { isCompanion, keptName, temporaryName } from "../companions";
import { HostError } from "../errors";
import { formatPlannedPath, parsePlannedPath } from "../plannedPath";

/** Devices, which Windows reserves in every folder, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\.|$)/i;
const RESERVED = /[<>:"|?*\p{Cc}]/u;
const LONGEST_PATH = 259;
/** What stands beside a file is named after it: the longest is what a claim displaced, while it is written. */
const LONGEST_ADDITION = temporaryName(keptName("", "0".repeat(32)), "0".repeat(12)).length;

/**
 * The path in its one spelling, `C:\x\y`.
 *
 * @throws HostError `path-unusable` for names that Windows has for no file, and for paths that leave no room for what is kept beside
 */
export function windowsPath(path: string): string {
  const planned = parsePlannedPath(path);
  const wrong = planned.components.find(
    (name) => RESERVED.test(name) || /[ .]$/.test(name) || DEVICE.test(name),
  );
  if (wrong !== undefined) {
    throw new HostError(
      "path-unusable",
      `${JSON.stringify(path)}: Windows has no file of the name ${JSON.stringify(wrong)}: none of < > : " | ? * and control characters, no dot or blank at the end, no device such as CON or NUL. Correct the path.`,
    );
  }
  const plain = formatPlannedPath(planned);
  if (plain.length + LONGEST_ADDITION > LONGEST_PATH && !isCompanion(planned.components.at(-1) ?? "")) {
    throw new HostError(
      "path-unusable",
      `${path} has ${plain.length} characters. Over SFTP Windows takes ${LONGEST_PATH}, and ${LONGEST_ADDITION} are needed for what stands beside a file. Choose a shorter one.`,
    );
  }
  return plain;
}

/** As OpenSSH's server for Windows has it: `/C:/x/y`. */
export function toWire(path: string): string {
  return `/${path.replaceAll("\\", "/")}`;
}

/** A path or the target of a link as Windows writes it; relative ones stay so. */
export function fromWire(path: string): string {
  return path
    .replaceAll("/", "\\")
    .replace(/^\\(?:\\[?.]|\?\?)\\(?=[A-Za-z]:)/, "")
    .replace(/^\\(?=[A-Za-z]:)/, "");
}

/** Directories that lead to a file, nearest to the drive first, and the file itself. */
export function prefixesOf(path: string): string[] {
  const { drive, components } = parsePlannedPath(path);
  return components.map((_, index) => `${drive}:\\${components.slice(0, index + 1).join("\\")}`);
}

/** Where a link in `directory` leads to, as `fromWire` gives its target. */
export function linkTarget(directory: string, target: string): string {
  return win32.resolve(directory, target);
}
