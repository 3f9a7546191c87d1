import { TrustError } from "../model";
import { printableJson } from "./json";

/** A text that cannot be carried where it is to stand. */
export class TextError extends TrustError {}

/** @param place where it is to stand, for example `a Windows batch file`; `what` it must not hold */
export function unquotable(text: string, place: string, what: string): TextError {
  return new TextError("unquotable", `${printableJson(text)} cannot stand in ${place}: leave out ${what}.`);
}

export function unsafeName(text: string, place: string): TextError {
  return new TextError(
    "unsafe-name",
    `${printableJson(text)} would lie outside ${place}: give a name without "..", and without a drive or slash at its start.`,
  );
}
