import type { TlsRuntime } from "../model";
import type { Certificate } from "../pki";
import { CURVES, KEY_BITS, type KeyBits, refusal, type Refusal } from "../rules";

/**
 * The first key of a path that we refuse though its verifier takes it: a short one, or of a curve that only old Javas
 * know.
 *
 * @param path as it was taken, the anchor included
 */
export function belowFloor(path: readonly Certificate[], verifier: TlsRuntime): Refusal | undefined {
  return path.flatMap((certificate) => {
    const { keyAlgorithm } = certificate;
    const reason = reasonOf(keyAlgorithm, verifier);
    if (reason === undefined) return [];
    const facts = `${certificate.toString()} has the key ${keyAlgorithm}, ${reason}`;
    return [refusal("algorithm-refused", facts, undefined, "none")];
  })[0];
}

function reasonOf(keyAlgorithm: string, verifier: TlsRuntime): string | undefined {
  const [type = "", size = ""] = keyAlgorithm.split(" ");
  const limits = Object.entries<KeyBits>(KEY_BITS).find(([name]) => name === type)?.[1];
  if (limits !== undefined) {
    return Number(size) < limits.refused ? `and ${limits.refused} bits are the least` : undefined;
  }
  return type === "EC" && verifier === "java" && !CURVES.has(size)
    ? `and ${[...CURVES].join(", ")} are the curves to take`
    : undefined;
}
