import { damaged } from "../errors";
import { decodeModifiedUtf8 } from "./modifiedUtf8";

/** Reads big-endian fields one after the other, as `java.io.DataInputStream` does; never past the end. */
export class Cursor {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get position(): number {
    return this.#at;
  }

  get remaining(): number {
    return this.#bytes.length - this.#at;
  }

  /** A second cursor at the same place, to look ahead with. */
  fork(): Cursor {
    const fork = new Cursor(this.#bytes);
    fork.#at = this.#at;
    return fork;
  }

  /**
   * A view of the next bytes.
   *
   * @param what what they are, for the message
   * @throws StoreError `damaged` where fewer are left
   */
  bytes(length: number, what: string): Buffer {
    if (length > this.remaining) {
      throw damaged(`${what} claims ${length} bytes at byte ${this.#at}, ${this.remaining} are left`);
    }
    const view = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += length;
    return view;
  }

  uint8(what: string): number {
    return this.bytes(1, what).readUInt8();
  }

  uint16(what: string): number {
    return this.bytes(2, what).readUInt16BE();
  }

  uint32(what: string): number {
    return this.bytes(4, what).readUInt32BE();
  }

  /** Milliseconds since 1970 in eight bytes. */
  time(what: string): number {
    const time = this.bytes(8, what).readBigInt64BE();
    const value = Number(time);
    if (!Number.isSafeInteger(value)) throw damaged(`${what} is ${time} ms, out of range`);
    return value;
  }

  /** Text in Java's modified UTF-8 behind its two-byte length. */
  text(what: string): string {
    return decodeModifiedUtf8(this.bytes(this.uint16(what), what));
  }

  /** Bytes behind their four-byte length. */
  block(what: string): Buffer {
    return this.bytes(this.uint32(what), what);
  }
}
