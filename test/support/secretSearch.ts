import { createPrivateKey } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";
import { unzipSync } from "fflate";

/** A piece that would give a secret away, as bytes of a file. */
interface Needle {
  readonly bytes: Buffer;
  readonly secret: string;
}

/** Pieces shorter than this turn up by chance in no file, longer ones would miss a secret that is cut. */
const WINDOW_LENGTH = 24;

/**
 * Looks for secrets in anything: as they are, in UTF-16, hexadecimal and base64 (at any offset, across line
 * breaks, one level nested), and inside zip and gzip.
 */
export class SecretSearch {
  /** By their first four bytes. */
  private readonly needles = new Map<number, Needle[]>();
  /** Which first four bytes occur at all: most places in a file are passed over on the strength of this. */
  private readonly marks = new Uint8Array(1 << 22);

  /** @param text a password: found where it stands whole, or 24 of its bytes in hexadecimal or base64 */
  addPassword(secret: string, text: string): void {
    const bytes = Buffer.from(text, "utf8");
    if (bytes.length < WINDOW_LENGTH + 2)
      throw new Error(`${secret} is too short to be looked for in base64`);
    this.add(secret, bytes);
    this.add(secret, Buffer.from(text, "utf16le"));
    this.add(secret, Buffer.from(text, "utf16le").swap16());
    this.add(secret, Buffer.from(encodeURIComponent(text)));
    this.addWindows(secret, bytes);
  }

  /** @param pkcs8 a key, whose private numbers must not stand anywhere, 24 bytes of one being enough */
  addPrivateKey(secret: string, pkcs8: Uint8Array): void {
    const key = createPrivateKey({ key: Buffer.from(pkcs8), format: "der", type: "pkcs8" });
    const { d, p, q, dp, dq, qi } = key.export({ format: "jwk" });
    for (const number of [d, p, q, dp, dq, qi]) {
      if (number !== undefined) this.addWindows(secret, Buffer.from(number, "base64url"));
    }
  }

  /** Names of the secrets in some bytes. */
  findIn(bytes: Uint8Array): string[] {
    const found = new Set<string>();
    for (const layer of layersOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length))) {
      let prefix = 0;
      for (let index = 0; index < layer.length; index += 1) {
        prefix = ((prefix << 8) | (layer[index] ?? 0)) >>> 0;
        if (this.marks[markOf(prefix)] === 0) continue;
        const start = index - 3;
        for (const { bytes: needle, secret } of this.needles.get(prefix) ?? []) {
          if (layer.subarray(start, start + needle.length).equals(needle)) found.add(secret);
        }
      }
    }
    return [...found];
  }

  /** Lines `path: secret` for every file below a folder. */
  findBelow(folder: string, isLeftOut: (path: string) => boolean = () => false): string[] {
    return filesBelow(folder)
      .filter((path) => !isLeftOut(path))
      .flatMap((path) => this.findIn(readFileSync(join(folder, path))).map((secret) => `${path}: ${secret}`));
  }

  private addWindows(secret: string, bytes: Buffer): void {
    for (let start = 0; start + WINDOW_LENGTH <= bytes.length; start += 1) {
      const window = bytes.subarray(start, start + WINDOW_LENGTH);
      this.add(secret, window);
      for (const encoding of ["hex", "base64", "base64url"] as const)
        this.add(secret, Buffer.from(window.toString(encoding)));
      this.add(secret, Buffer.from(window.toString("hex").toUpperCase()));
    }
  }

  private add(secret: string, bytes: Buffer): void {
    const prefix = bytes.readUInt32BE(0);
    const others = this.needles.get(prefix) ?? [];
    if (!others.some((other) => other.bytes.equals(bytes))) others.push({ bytes, secret });
    this.needles.set(prefix, others);
    this.marks[markOf(prefix)] = 1;
  }
}

function markOf(prefix: number): number {
  return Math.imul(prefix, 0x9e37_79b1) >>> 10;
}

/** Paths of all files below a folder, relative to it; links are not followed. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

/** The bytes, what they pack, what they say without line breaks, and what their base64 runs decode to. */
function layersOf(bytes: Buffer): Buffer[] {
  const joined = bytes.toString("latin1").replaceAll(/\s+|\\[nr]/g, "");
  const nested = [...joined.matchAll(/[\w+/-]{80,}/g)].map(([run]) => Buffer.from(run, "base64"));
  return [
    bytes,
    Buffer.from(joined, "latin1"),
    ...nested,
    ...packed(bytes).flatMap((part) => layersOf(Buffer.from(part))),
  ];
}

function packed(bytes: Buffer): Uint8Array[] {
  if (bytes.subarray(0, 4).equals(Buffer.from("PK\u0003\u0004", "latin1")))
    return Object.values(unzipSync(bytes));
  return bytes.subarray(0, 2).equals(Buffer.from([0x1f, 0x8b])) ? [gunzipSync(bytes)] : [];
}
