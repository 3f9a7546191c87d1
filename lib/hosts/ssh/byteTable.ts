/**
 * How bytes change on their way: some machines turn what a command reads and writes from one code page into another
 * (z/OS: between Latin-1 and EBCDIC). As long as no two bytes become one, it can be undone here.
 */
export interface ByteTables {
  /** What to send, by the byte that shall arrive. */
  readonly toHost: Uint8Array;
  /** What is at the other end, by the byte that came. */
  readonly fromHost: Uint8Array;
}

/**
 * @param arrived what became at the other end of the bytes 0 to 255
 * @param returned what came back of those
 * @returns undefined where bytes come through as they are; null where they cannot be told apart any more
 */
export function byteTables(arrived: readonly number[], returned: Uint8Array): ByteTables | null | undefined {
  const isWhole = arrived.length === 256 && returned.length === 256;
  if (!isWhole || new Set(arrived).size !== 256 || new Set(returned).size !== 256) return null;
  if (arrived.every((byte, index) => byte === index && returned[index] === index)) return undefined;
  const toHost = new Uint8Array(256);
  const fromHost = new Uint8Array(256);
  arrived.forEach((byte, sent) => {
    toHost[byte] = sent;
    fromHost[returned[sent] ?? 0] = byte;
  });
  return { toHost, fromHost };
}

export function translated(bytes: Uint8Array, table: Uint8Array | undefined): Buffer {
  if (table === undefined) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Buffer.from(bytes.map((byte) => table[byte] ?? 0));
}
