/** Whether a delivered file is an encrypted private key, whose bytes differ each time it is encrypted. */
export function isEncryptedPrivateKey(bytes: Buffer): boolean {
  return bytes.subarray(0, 4096).includes("-----BEGIN ENCRYPTED PRIVATE KEY-----");
}

/** Hexadecimal without colons, in small letters. */
export function plainHash(hash: string): string {
  return hash.replaceAll(":", "").toLowerCase();
}

/** A hash in the spelling that the configuration uses, so that only a real difference shows. */
export function likeness(hash: string, model: string): string {
  return model.includes(":") ? (hash.toUpperCase().match(/../g) ?? []).join(":") : hash;
}

/** @throws RangeError for what is no SHA-256 */
export function checkHash(hash: string): void {
  if (!/^[0-9a-f]{64}$/.test(hash) && !/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/.test(hash)) {
    throw new RangeError(`"${hash}" is not a SHA-256: 64 hexadecimal digits, or AB:CD:… in capitals.`);
  }
}
