import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { checkStore } from "../../lib/check";
import { presentationOrder } from "../../lib/java";
import { detectFormat, openKey, readStore } from "../../lib/keystore";
import { TrustError } from "../../lib/model";

const FOLDER = join(__dirname, "../fixtures/vectors");
const RUNS = process.env["SLOW"] === "1" ? 100_000 : 2_000;

/** Small stores whose keys cost little, so that 100,000 runs take minutes and not days. */
const SEEDS = [
  "pyjks/jks/RSA1024.jks",
  "pyjks/jks/3certs.jks",
  "pyjks/jks/custom_entry_passwords.jks",
  "pyjks/jceks/custom_entry_passwords.jceks",
  "pyjks/jceks/AES128.jceks",
  "made/jdk17-jceks.ks",
  "pyjks/bks/empty.bksv1",
  "pyjks/uber/empty.uber",
  ...readdirSync(join(FOLDER, "variants")).map((name) => `variants/${name}`),
].map((path) => readFileSync(join(FOLDER, path)));

describe("damaged stores", () => {
  test(`${RUNS} of them are refused by a typed error, or read`, () => {
    const next = randomNumbers(4711);
    const outcomes = { read: 0, refused: 0 };
    for (let run = 0; run < RUNS; run += 1) {
      const bytes = damage(SEEDS[next(SEEDS.length)] ?? Buffer.of(), next);
      const password = ["12345678", "changeit", "store_password", null][next(4)] ?? null;
      outcomes[readAll(bytes, password)] += 1;
    }
    // Both happen, so that neither way goes untried.
    expect(outcomes.read).toBeGreaterThan(RUNS / 100);
    expect(outcomes.refused).toBeGreaterThan(RUNS / 100);
  }, 3_600_000);
});

/** Everything that is done with a file that comes from elsewhere; anything but a typed error is a bug. */
function readAll(bytes: Buffer, password: string | null): "read" | "refused" {
  try {
    detectFormat(bytes);
    const store = readStore(bytes, password);
    presentationOrder(store);
    checkStore(
      { ...store, entries: store.entries.filter((entry) => entry.kind === "anchor") },
      { password, now: new Date(0) },
    );
    for (const entry of store.entries) {
      // JCEKS asks for 200,000 rounds a key; a few of them show what many would.
      if (entry.kind === "identity" && store.format === "jks") openKey(entry, "private_password");
    }
    return "read";
  } catch (error) {
    if (!(error instanceof TrustError)) throw error;
    return "refused";
  }
}

function damage(original: Buffer, next: (below: number) => number): Buffer {
  const bytes = Buffer.from(original);
  switch (next(5)) {
    case 0:
      return bytes.subarray(0, next(bytes.length + 1));
    case 1:
      return Buffer.concat([bytes, Buffer.alloc(next(40), next(256))]);
    case 2: {
      const at = next(bytes.length);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + next(20))]);
    }
    case 3:
      // Lengths and counts stand near the beginning.
      for (let count = 1 + next(3); count > 0; count -= 1)
        bytes[next(Math.min(60, bytes.length))] = next(256);
      return bytes;
    default:
      for (let count = 1 + next(8); count > 0; count -= 1) bytes[next(bytes.length)] = next(256);
      return bytes;
  }
}

/** A small generator (mulberry32), so that a failure can be repeated. */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % Math.max(1, below);
  };
}
