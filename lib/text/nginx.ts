import { unquotable } from "./errors";

/**
 * A word of nginx's configuration (`ngx_conf_read_token`).
 *
 * @throws TextError `unquotable` for `$`, which would start a variable and which nginx cannot escape, and for
 *   control characters
 */
export function nginxQuote(text: string): string {
  if (/[$\p{Cc}\p{Cs}]/u.test(text))
    throw unquotable(text, "nginx's configuration", "dollar signs, line breaks and control characters");
  return /^[\w./:*-]+$/.test(text) ? text : `"${text.replace(/[\\"]/g, String.raw`\$&`)}"`;
}
