import { createHash } from "node:crypto";
import type { RandomBytes } from "../lock";

/** Bytes that look random and are the same for the same seed, on every run and machine. */
export function seededBytes(...seed: readonly string[]): RandomBytes {
  const text = JSON.stringify(["cdktf-trust test", ...seed]);
  let block = 0;
  return (length) => {
    const blocks = Array.from({ length: Math.ceil(length / 32) }, () =>
      createHash("sha256").update(`${text} ${block++}`).digest(),
    );
    return Buffer.concat(blocks).subarray(0, length);
  };
}
