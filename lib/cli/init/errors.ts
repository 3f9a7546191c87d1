import { TrustError } from "../../model";
import { systemCode } from "../../model/systemCode";

/** A project that cannot be begun as it was asked for; nothing was written where one is thrown. */
export class InitError extends TrustError {}

export function unusableProjectName(name: string): InitError {
  return new InitError(
    "unusable-project-name",
    `"${name}" cannot be a project's name, because hosts and states keep it as a word: take letters, digits and -, ` +
      "beginning with a letter or digit, for example --project trust.",
  );
}

export function unusableDirectory(directory: string, cause: unknown): InitError {
  return new InitError(
    "unusable-directory",
    `${directory} cannot be made (${systemCode(cause) ?? "unknown cause"}): name a folder that is yours to write.`,
  );
}
