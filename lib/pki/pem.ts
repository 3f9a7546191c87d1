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

const BLOCK = /-----BEGIN ([^-\r\n]+)-----([^]*?)-----END ([^-\r\n]+)-----/g;

/**
 * The blocks of a PEM file in order. Text around them, as `openssl` prints it, is left out.
 *
 * @throws PkiError `malformed-content` for a block that does not end or is not base64
 */
export function readPem(text: string): PemBlock[] {
  const blocks = [...text.matchAll(BLOCK)].map((match): PemBlock => {
    const [whole, label = "", body = "", end] = match;
    if (end !== label) throw malformedContent(`PEM block "${label}" ends as "${end}"`);
    const [, headers = "", data = ""] = /^((?:\s*[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*)([^]*)$/.exec(body) ?? [];
    const base64 = data.replace(/\s/g, "");
    if (base64 === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) {
      throw malformedContent(`PEM block "${label}" does not hold base64`);
    }
    return { label, der: Buffer.from(base64, "base64"), text: whole, headers: headers.trim() };
  });
  if (blocks.length !== (text.match(/-----BEGIN /g) ?? []).length) {
    throw malformedContent("a PEM block is cut short: its END line is missing");
  }
  return blocks;
}
