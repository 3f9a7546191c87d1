import { posixQuote } from "../../../text";

/** A text as the script's own `encoded` writes it. */
export function percentEncoded(text: string): string {
  return percent(text, /[A-Za-z0-9._/:@,-]/);
}

/** A name of a field, in which a slash is no step of a path. */
export function percentEncodedName(text: string): string {
  return percent(text, /[A-Za-z0-9._-]/);
}

/** Lines `path=value`; values are encoded, paths are the services' own. */
export function percentEncodedLines(fields: Readonly<Record<string, string>>): string[] {
  return Object.entries(fields).map(([path, value]) => `${path}=${percentEncoded(value)}`);
}

/** @throws TextError `unquotable` for NUL and lone surrogates, as for any other word of the shell */
function percent(text: string, plain: RegExp): string {
  posixQuote(text);
  return [...Buffer.from(text, "utf8")]
    .map((byte) => {
      const character = String.fromCharCode(byte);
      return plain.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
    })
    .join("");
}
