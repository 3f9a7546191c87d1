/**
 * RC4, which OpenSSL 3 no longer offers and node-forge does not have. A key stream, so the same for both directions.
 *
 * @see RFC 6229 for test vectors
 */
export function applyRc4(key: Uint8Array, input: Uint8Array): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const at = (index: number): number => state[index & 0xff] ?? 0;
  const swap = (a: number, b: number): void => {
    [state[a], state[b]] = [at(b), at(a)];
  };
  let mixed = 0;
  for (let index = 0; index < 256; index += 1) {
    mixed = (mixed + at(index) + (key[index % key.length] ?? 0)) & 0xff;
    swap(index, mixed);
  }
  let [i, j] = [0, 0];
  return Buffer.from(
    Uint8Array.from(input, (octet) => {
      i = (i + 1) & 0xff;
      j = (j + at(i)) & 0xff;
      swap(i, j);
      return octet ^ at(at(i) + at(j));
    }),
  );
}
