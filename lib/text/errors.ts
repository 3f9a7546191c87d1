import { TrustError } from "../model";

/** A text that cannot be carried where it is to stand. */
export class TextError extends TrustError {}

export function unquotable(text: string): TextError {
  return new TextError(
    "unquotable",
    `${JSON.stringify(text)} cannot stand in a Windows batch file: leave out quotes and line breaks.`,
  );
}
