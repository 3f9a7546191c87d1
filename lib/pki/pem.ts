import { malformedContent } from "./errors";

/** One block of a PEM file (RFC 7468). */
export interface PemBlock {
  /** For example `CERTIFICATE`. */
  readonly label: string;
  readonly der: Buffer;
  /** The whole block, markers and RFC 1421 headers included. */
  readonly text: string;
  /** RFC 1421 headers such as `Proc-Type: 4,ENCRYPTED`; empty in most files. */
  readonly headers: string;
}

/** A DER structure as PEM: lines of 64 characters, `\n` at the end of each, as keytool's `-rfc` without CR. */
export function toPem(der: Uint8Array, label: string): string {
  const base64 = Buffer.from(der.buffer, der.byteOffset, der.length).toString("base64");
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}

/** Whether bytes hold a PEM block rather than DER. */
export function isPem(bytes: Uint8Array): boolean {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("-----BEGIN ");
}

const BEGIN = "-----BEGIN ";
const END = "-----END ";
const DASHES = "-----";

/**
 * The blocks of a PEM file in order. Text around them, as `openssl` prints it, is left out.
 *
 * @throws PkiError `malformed-content` for a block that does not end or is not base64
 */
export function readPem(text: string): PemBlock[] {
  const blocks: PemBlock[] = [];
  for (let start = text.indexOf(BEGIN); start !== -1;) {
    const end = text.indexOf(END, start);
    const next = text.indexOf(BEGIN, start + BEGIN.length);
    if (end === -1 || (next !== -1 && next < end)) {
      throw malformedContent("a PEM block is cut short: its END line is missing");
    }
    const [label, body] = labelled(text.slice(start + BEGIN.length, end));
    const [endLabel] = labelled(text.slice(end + END.length, next === -1 ? undefined : next));
    if (endLabel !== label) throw malformedContent(`PEM block "${label}" ends as "${endLabel}"`);
    const whole = text.slice(start, end + END.length + label.length + DASHES.length);
    blocks.push({ label, text: whole, ...readBody(label, body) });
    start = next;
  }
  return blocks;
}

/** Splits a marker's label from what follows the marker. */
function labelled(text: string): [label: string, rest: string] {
  const at = text.indexOf(DASHES);
  const label = text.slice(0, Math.max(0, at));
  if (at === -1 || /[\r\n]/.test(label)) throw malformedContent("a PEM marker does not end with dashes");
  return [label, text.slice(at + DASHES.length)];
}

/** RFC 1421, 4.4: headers, if there are any, end with an empty line. */
function readBody(label: string, body: string): { der: Buffer; headers: string } {
  const lines = body.trim().split(/\r?\n/);
  const empty = lines.findIndex((line) => line.trim() === "");
  const split = lines[0]?.includes(":") === true ? empty : 0;
  const base64 = lines.slice(split).join("").replace(/\s/g, "");
  if (split === -1 || base64 === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
    throw malformedContent(`PEM block "${label}" does not hold base64`);
  }
  return { der: Buffer.from(base64, "base64"), headers: lines.slice(0, split).join("\n") };
}
