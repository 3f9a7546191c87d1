import { domainToASCII, domainToUnicode } from "node:url";
import { isAscii } from "../pki/ascii";

/** IDNA 2003 separates labels at these too (RFC 3490, 3.1). */
const separators = /[.\u3002\uff0e\uff61]/;

/**
 * ASCII form of a domain name by IDNA 2003, as `java.net.IDN.toASCII` gives it: `straße` becomes `strasse`.
 * Undefined for an empty or overlong label, and with `strict` for anything but letters, digits and inner
 * hyphens. A trailing dot stays.
 */
export function toAscii2003(name: string, strict: boolean): string | undefined {
  const labels = name.split(separators);
  const isRooted = labels.length > 1 && labels.at(-1) === "";
  if (isRooted) labels.pop();
  const ascii = labels.map((label) => labelToAscii(label, strict));
  return ascii.includes(undefined) ? undefined : ascii.join(".") + (isRooted ? "." : "");
}

/** Unicode form of an ASCII domain name; labels that are not valid `xn--…` stay as they are. */
export function toUnicode2003(ascii: string): string {
  return ascii
    .split(".")
    .map((label) => (/^xn--/i.test(label) ? domainToUnicode(label) || label : label))
    .join(".");
}

function labelToAscii(label: string, strict: boolean): string | undefined {
  const prepared = isAscii(label) ? label : prepare(label);
  if (prepared === "") return undefined;
  // Only ASCII is bound by the rules for host names; what is beyond it will be encoded.
  if (strict && (/[\0-,./:-@[-`{-\x7f]/.test(prepared) || /^-|-$/.test(prepared))) return undefined;
  const ascii = isAscii(prepared) ? prepared : domainToASCII(prepared);
  return ascii === "" || ascii.length > 63 ? undefined : ascii;
}

/**
 * Nameprep (RFC 3491), but for code points that Unicode 3.2 did not have. It maps away what its successor,
 * which Node has, keeps: the sharp s, the final sigma and the joiners.
 */
function prepare(label: string): string {
  return label
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll("ß", "ss")
    .replaceAll("ς", "σ")
    .replace(/[\u200c\u200d]/g, "")
    .normalize("NFKC");
}
