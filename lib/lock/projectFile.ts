import { unusableProjectFile } from "./errors";
import type { LockSigner } from "./signer";

type JsonObject = Record<string, unknown>;

/**
 * Text of a `cdktf.json` that pins who signs an environment's lock: the one that was, with
 * `context.environments.<environment>.lockSigner` set.
 *
 * @throws LockError `unusable-project-file`
 */
export function withLockSigners(
  path: string,
  text: string | undefined,
  environment: string,
  signers: readonly LockSigner[],
): string {
  if (text === undefined) {
    throw unusableProjectFile(path, "it is missing, and the signer of the lock is to be pinned there");
  }
  const project = parse(path, text);
  const context = member(path, project, "context");
  const environments = member(path, context, "environments");
  const settings = member(path, environments, environment);
  settings["lockSigner"] = signers;
  return `${JSON.stringify(project, null, 2)}\n`;
}

function parse(path: string, text: string): JsonObject {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw unusableProjectFile(path, "it is not valid JSON");
  }
  if (!isObject(parsed)) throw unusableProjectFile(path, "an object was expected");
  return parsed;
}

/** An object's member that is an object; a new one where there is none. */
function member(path: string, object: JsonObject, name: string): JsonObject {
  const found = Object.hasOwn(object, name) ? object[name] : undefined;
  if (found !== undefined) {
    if (!isObject(found)) throw unusableProjectFile(path, `"${name}" is not an object`);
    return found;
  }
  const made: JsonObject = {};
  object[name] = made;
  return made;
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
