import { UsageError } from "../errors";

const GZIP = Buffer.from("1f8b", "hex");

/** What texts do not have: control characters but for blanks, colours and the zeros of a log that was cut short. */
const isOdd = (byte: number): boolean =>
  byte < 0x20 && ![0x00, 0x08, 0x09, 0x0a, 0x0c, 0x0d, 0x1b].includes(byte);

/** Of what is no text about a tenth is odd. */
const MAXIMUM_ODD = 0.02;

/**
 * The chunks of a text, whichever encoding it has; what is none is told by its first bytes.
 *
 * @param source for people
 * @throws UsageError for what is none
 */
export async function* textOnly(
  chunks: AsyncIterable<Uint8Array>,
  source: string,
): AsyncIterable<Uint8Array> {
  let isFirst = true;
  for await (const chunk of chunks) {
    if (isFirst) requireText(chunk, source);
    isFirst = false;
    yield chunk;
  }
}

function requireText(bytes: Uint8Array, source: string): void {
  if (GZIP.equals(bytes.subarray(0, GZIP.length)))
    throw new UsageError(
      `${source} is compressed; unpack it first: gunzip -c FILE | cdktf-trust diagnose --log -`,
    );
  if (bytes.filter(isOdd).length > bytes.length * MAXIMUM_ODD)
    throw new UsageError(`${source} is no text; give a log in UTF-8 or UTF-16`);
}
