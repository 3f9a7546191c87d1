import { unquotable } from "./errors";

/**
 * Quotes a value in curl's configuration (curl(1), `--config`).
 *
 * @throws TextError `unquotable` for control characters that curl has no escape for
 */
export function curlQuote(text: string): string {
  // eslint-disable-next-line no-control-regex
  if (/[\0\x08\f\p{Cs}]/u.test(text)) throw unquotable(text, "curl's configuration", "control characters");
  return `"${text.replace(/[\\"\t\n\r\v]/g, (character) => escapes[character] ?? character)}"`;
}

/**
 * Path of a certificate in curl's configuration, where a colon would start the password (curl(1), `--cert`).
 *
 * @throws TextError `unquotable` as `curlQuote` does
 */
export function curlCertificate(path: string): string {
  return curlQuote(path.replace(/[\\:]/g, String.raw`\$&`));
}

const escapes: Readonly<Record<string, string>> = {
  "\\": String.raw`\\`,
  '"': String.raw`\"`,
  "\t": String.raw`\t`,
  "\n": String.raw`\n`,
  "\r": String.raw`\r`,
  "\v": String.raw`\v`,
};
