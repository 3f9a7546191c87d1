import { hash, pbkdf2Sync } from "node:crypto";
import { damaged, tooCostly } from "../errors";
import { type Digest, digestLength } from "./digest";
import { repeatMd5 } from "./repeatMd5";
import { pkcs12Kdf, type Pkcs12PurposeId } from "./pkcs12Kdf";

/** How much work bytes from elsewhere may ask for. */
export interface DerivationLimits {
  /** Iterations of one derivation. @default 5,000,000, as `PKCS12KeyStore` of the JDK caps them */
  readonly iterations?: number;
  /**
   * Iterations of all derivations together, counting one for each block of output.
   *
   * @default 15,000,000: all that the JDK allows for a MAC and for certificates, or for one key with PBES1;
   * some three seconds of work
   */
  readonly work?: number;
}

const MAXIMUM_ITERATIONS = 5_000_000;
const MAXIMUM_WORK = 15_000_000;
/** What a key of a JCEKS store costs as JDK 8 to 26 write it, the dearest that is usual. */
const USUAL_WORK_PER_KEY = 400_000;

/** Derives keys for all that is in one store, however dear each of its keys is: the limit grows with their number only. */
export function derivationForKeys(count: number): KeyDerivation {
  return new KeyDerivation({ work: MAXIMUM_WORK + count * USUAL_WORK_PER_KEY });
}

/** Derives keys from passwords: none twice, and none beyond the limits. Kept for one operation only. */
export class KeyDerivation {
  private readonly known = new Map<string, Buffer>();
  private readonly maximumIterations: number;
  private workLeft: number;

  constructor(limits: DerivationLimits = {}) {
    this.maximumIterations = limits.iterations ?? MAXIMUM_ITERATIONS;
    this.workLeft = limits.work ?? MAXIMUM_WORK;
  }

  /** PBKDF2 (RFC 8018, 5.2). */
  pbkdf2(digest: Digest, password: Uint8Array, salt: Uint8Array, iterations: number, length: number): Buffer {
    return this.once(digest, ["pbkdf2", password, salt], iterations, length, () =>
      pbkdf2Sync(password, salt, iterations, length, digest),
    );
  }

  /** The derivation of PKCS12 (RFC 7292, B.2). */
  pkcs12(
    digest: Digest,
    password: Uint8Array,
    salt: Uint8Array,
    iterations: number,
    purpose: Pkcs12PurposeId,
    length: number,
  ): Buffer {
    return this.once(digest, [`pkcs12 ${purpose}`, password, salt], iterations, length, () =>
      pkcs12Kdf(digest, password, salt, iterations, purpose, length),
    );
  }

  /** MD5 over a half of a salt and a password, again and again (`PBES1Core` of the JDK); 16 bytes. */
  repeatedMd5(half: Uint8Array, password: Uint8Array, iterations: number): Buffer {
    return this.once("sha1", ["repeated md5", password, half], iterations, 16, () =>
      repeatMd5(half, password, iterations),
    );
  }

  /** PBKDF1 with MD5 (RFC 8018, 5.1), whole. */
  pbkdf1Md5(password: Uint8Array, salt: Uint8Array, iterations: number): Buffer {
    // Counted as one block of SHA-1, which costs about the same.
    return this.once("sha1", ["pbkdf1 md5", password, salt], iterations, 16, () => {
      let block: Buffer = hash("md5", Buffer.concat([password, salt]), "buffer");
      for (let round = 1; round < iterations; round += 1) block = hash("md5", block, "buffer");
      return block;
    });
  }

  private once(
    digest: Digest,
    inputs: readonly [string, Uint8Array, Uint8Array],
    iterations: number,
    length: number,
    derive: () => Buffer,
  ): Buffer {
    const [kind, password, salt] = inputs;
    const name = [kind, digest, hex(password), hex(salt), iterations, length].join(" ");
    const known = this.known.get(name);
    if (known !== undefined) return known;

    if (iterations < 1) throw damaged(`an iteration count of ${iterations}`);
    if (iterations > this.maximumIterations) {
      throw tooCostly(`${iterations} iterations in one key derivation, at most ${this.maximumIterations}`);
    }
    const work = iterations * Math.ceil(length / digestLength(digest));
    if (work > this.workLeft)
      throw tooCostly(`${work} more iterations, ${this.workLeft} are left for this file`);
    this.workLeft -= work;

    const derived = derive();
    this.known.set(name, derived);
    return derived;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("hex");
}
