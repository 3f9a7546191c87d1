/** Arithmetic for keys that protect nothing: nobody takes care here that it always lasts equally long. */

/** A non-negative number of big-endian bytes. */
export function toNumber(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString("hex")}`);
}

/** Big-endian bytes of a number, so many of them. */
export function toBytes(number: bigint, length: number): Buffer {
  return Buffer.from(number.toString(16).padStart(length * 2, "0"), "hex");
}

/** The inverse of a number that shares no divisor with the modulus. */
export function inverse(number: bigint, modulus: bigint): bigint {
  let [previous, rest] = [modulus, ((number % modulus) + modulus) % modulus];
  let [former, factor] = [0n, 1n];
  while (rest > 1n) {
    const quotient = previous / rest;
    [previous, rest] = [rest, previous - quotient * rest];
    [former, factor] = [factor, former - quotient * factor];
  }
  return ((factor % modulus) + modulus) % modulus;
}
