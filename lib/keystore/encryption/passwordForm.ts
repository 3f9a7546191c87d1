/** One way of turning a password into the bytes that key derivations take. */
export interface PasswordForm {
  /** For the PKCS12 key derivation: BMPString with two zero bytes (RFC 7292, B.1); no bytes at all for null. */
  readonly bmp: Uint8Array;
  /** For PBKDF2: UTF-8. */
  readonly utf8: Uint8Array;
}

/** The form in which stores are written. */
export function passwordForm(password: string | null): PasswordForm {
  return { bmp: bmpBytes(password), utf8: Buffer.from(password ?? "", "utf8") };
}

/**
 * All forms to try when reading, the likeliest first. Null and the empty password are tried as each other,
 * as Java's `RetryWithZero` does; beyond ASCII, the bytes of the UTF-8 text are tried as characters, whole as OpenSSL
 * before 1.1.0 (and any run in a C locale) took them, and cut to seven bits as `PKCS12PBECipherCore` of JDK 25 does.
 */
export function passwordForms(password: string | null): readonly PasswordForm[] {
  if (password === null || password === "") {
    const other = password === null ? "" : null;
    return [passwordForm(password), passwordForm(other)];
  }
  const usual = passwordForm(password);
  if (usual.utf8.length === password.length) return [usual];
  const octets = Buffer.from(usual.utf8);
  // Node's "ascii" drops the eighth bit of each octet.
  const [whole, cut] = [octets.toString("latin1"), octets.toString("ascii")];
  return [usual, passwordForm(whole), { ...usual, bmp: bmpBytes(cut) }];
}

function bmpBytes(password: string | null): Buffer {
  return password === null ? Buffer.alloc(0) : Buffer.from(`${password}\0`, "utf16le").swap16();
}
