import { TrustError } from "../../model";
import { systemCode } from "../../model/systemCode";

/** A mirror that cannot be written. */
export class MirrorError extends TrustError {}

/** A release that is there is not the one that would be written. */
export function otherBytes(path: string, version: string): MirrorError {
  return new MirrorError(
    "other-bytes",
    `${path} is there with other bytes than this package's ${version}, and lock files hold the hash of what is there. ` +
      "Choose another folder; or, if nobody relies on it, delete the files of that version and run this again. " +
      "Nothing was changed.",
  );
}

export function unwritableMirror(directory: string, cause: unknown): MirrorError {
  return new MirrorError(
    "unwritable-mirror",
    `the provider cannot be written to ${directory} (${systemCode(cause) ?? "unknown cause"}): name a folder that is ` +
      "yours to write.",
  );
}
