/** How records are sealed: a cipher that authenticates, and the hash of its key derivation. */
export interface Suite {
  readonly cipher: "aes-128-gcm" | "aes-256-gcm" | "chacha20-poly1305";
  readonly keyLength: number;
  readonly hash: "sha256" | "sha384";
}

const AES_128: Suite = { cipher: "aes-128-gcm", keyLength: 16, hash: "sha256" };
const AES_256: Suite = { cipher: "aes-256-gcm", keyLength: 32, hash: "sha384" };
const CHACHA: Suite = { cipher: "chacha20-poly1305", keyLength: 32, hash: "sha256" };

/** Suites of TLS 1.3 (RFC 8446, B.4), and those of TLS 1.2 that authenticate (RFC 5288, 5289, 7905). */
const suites: Readonly<Record<number, Suite>> = {
  0x1301: AES_128,
  0x1302: AES_256,
  0x1303: CHACHA,
  0x009c: AES_128,
  0x009d: AES_256,
  0x009e: AES_128,
  0x009f: AES_256,
  0xc02b: AES_128,
  0xc02c: AES_256,
  0xc02f: AES_128,
  0xc030: AES_256,
  0xcca8: CHACHA,
  0xcca9: CHACHA,
  0xccaa: CHACHA,
};

/** The suite that a server's hello chose: version, random and session id stand before it (RFC 8446, 4.1.3). */
export function suiteOf(hello: Buffer | undefined): Suite | undefined {
  const at = 35 + (hello?.[34] ?? 0);
  return hello === undefined || hello.length < at + 2 ? undefined : suites[hello.readUInt16BE(at)];
}
