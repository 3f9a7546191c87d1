import fc from "fast-check";
import {
  decryptPrivateKeyInfo,
  encryptPrivateKeyInfo,
  KeyDerivation,
} from "../../../lib/keystore/encryption";
import { StoreError } from "../../../lib/keystore/errors";
import { createPkcs12Store, readPkcs12, writePkcs12 } from "../../../lib/keystore/pkcs12";
import { encodeElement, encodeOctetString, encodeSequence } from "../../../lib/pki/asn1";
import { readVector } from "../storeVectors";
import { certificateBag, ignoredBags, makeFile, shroudedKeyBag } from "./handmade";
import { anchorEntry, identityEntry, issuing, makeIdentity, root } from "./samples";

/** Mutated files in all. */
const numRuns = process.env["SLOW"] === undefined ? 3_000 : 120_000;

/** A mutated iteration count must not make the test slow; the default limits have tests of their own. */
const limits = { iterations: 3_000, work: 6_000 };

const ec = makeIdentity("ec.example");
const quick = { kind: "pbes2", prf: "sha256", cipher: "aes-256", iterations: 10 } as const;
const sealed = encryptPrivateKeyInfo(ec.pkcs8, "changeit", quick, (length) => Buffer.alloc(length, 1));
const contents = [
  [
    shroudedKeyBag(sealed, { name: "ec", keyId: "k" }),
    shroudedKeyBag(sealed),
    ...Object.values(ignoredBags(ec.pkcs8)),
  ],
  [
    certificateBag(ec.der, { name: "ec", keyId: "k" }),
    certificateBag(issuing.der),
    certificateBag(root.der, { name: "root", trusted: true }),
  ],
];
const mac = { scheme: { kind: "hmac", digest: "sha256", iterations: 5 }, password: "changeit" } as const;
const pbmac1 = { kind: "pbmac1", digest: "sha256", prf: "sha256", keyLength: 32, iterations: 5 } as const;

/** Small stores of every structure. Those without a MAC are what gets mutations past the front door. */
const seeds: readonly Buffer[] = [
  makeFile(contents),
  makeFile(contents, mac),
  makeFile(contents, { ...mac, scheme: pbmac1 }),
  readVector("variants/O2_nomac_enc.p12"),
  readVector("variants/O_nomac_plain.p12"),
  readVector("made/nss-default.p12"),
  readVector("made/ossl30-leaf-nomac.p12"),
  readVector("go-pkcs12/rfc9579-a1.p12"),
  readVector("go-pkcs12/pkcs12_test/04-x.p12"),
];

type Mutation = (bytes: Buffer) => Buffer;

const at = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });
const place = (bytes: Buffer, where: number): number => Math.floor(where * bytes.length);

const mutations: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(at, fc.nat(255)).map(([where, octet]): Mutation => (bytes) => {
    const changed = Buffer.from(bytes);
    changed[place(bytes, where)] = octet;
    return changed;
  }),
  fc.tuple(at, fc.nat(7)).map(([where, bit]): Mutation => (bytes) => {
    const changed = Buffer.from(bytes);
    changed[place(bytes, where)] = (bytes[place(bytes, where)] ?? 0) ^ (1 << bit);
    return changed;
  }),
  at.map(
    (where): Mutation =>
      (bytes) =>
        bytes.subarray(0, place(bytes, where)),
  ),
  fc.tuple(at, fc.nat(40)).map(([where, length]): Mutation => (bytes) => {
    const start = place(bytes, where);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)]);
  }),
  fc.tuple(at, fc.uint8Array({ maxLength: 12 })).map(([where, extra]): Mutation => (bytes) => {
    const start = place(bytes, where);
    return Buffer.concat([bytes.subarray(0, start), extra, bytes.subarray(start)]);
  }),
  fc.tuple(at, at, fc.nat(200)).map(([from, to, length]): Mutation => (bytes) => {
    const changed = Buffer.from(bytes);
    bytes.copy(changed, place(bytes, to), place(bytes, from), place(bytes, from) + length);
    return changed;
  }),
  fc.tuple(fc.constantFrom(...seeds), at, at).map(
    ([other, here, there]): Mutation =>
      (bytes) =>
        Buffer.concat([bytes.subarray(0, place(bytes, here)), other.subarray(place(other, there))]),
  ),
);

/** Reads, opens every key and writes again; whatever goes wrong must be a StoreError. */
function use(bytes: Buffer, password: string | null): "read" | "refused" {
  try {
    const store = readPkcs12(bytes, password, limits);
    for (const entry of store.entries) {
      if (entry.kind === "identity" && entry.key.kind === "sealed")
        openKey(entry.key.encryptedPrivateKeyInfo);
    }
    writePkcs12({ ...store, entries: [...store.entries, anchorEntry("added by us", root)] }, "changeit");
    return "read";
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    return "refused";
  }
}

function openKey(encryptedPrivateKeyInfo: Uint8Array): void {
  try {
    decryptPrivateKeyInfo(encryptedPrivateKeyInfo, "changeit", new KeyDerivation(limits));
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
  }
}

describe("PKCS12 files that are broken on purpose", () => {
  test(`${numRuns} mutated ones give a StoreError or a store`, () => {
    const outcomes = { read: 0, refused: 0 };
    fc.assert(
      fc.property(
        fc.constantFrom(...seeds),
        fc.array(mutations, { minLength: 1, maxLength: 4 }),
        fc.constantFrom("changeit", "", null),
        (seed, steps, password) => {
          const damaged = steps.reduce((bytes, step) => step(bytes), seed);
          outcomes[use(damaged, password)] += 1;
        },
      ),
      { numRuns, endOnFailure: true },
    );
    // Both happen, so that neither way goes untried.
    expect(outcomes.read).toBeGreaterThan(0);
    expect(outcomes.refused).toBeGreaterThan(0);
  }, 1_800_000);

  test("a store cut off anywhere is refused", () => {
    for (const seed of [makeFile(contents, mac), readVector("variants/O_nomac_plain.p12")]) {
      for (let length = 0; length < seed.length; length += 1) {
        expect(() => readPkcs12(seed.subarray(0, length), "changeit", limits)).toThrow(StoreError);
      }
    }
  });

  test("bytes after the end are refused", () => {
    const seed = readVector("variants/O_nomac_plain.p12");
    expect(() => readPkcs12(Buffer.concat([seed, Buffer.from([0])]), "changeit")).toThrow(
      "1 bytes after the end",
    );
  });

  test.each([
    ["an iteration count beyond the JDK's", 5_000_001],
    ["an iteration count beyond all numbers", 2 ** 52],
  ])("%s is refused", (_, iterations) => {
    const store = { ...createPkcs12Store("modern"), entries: [identityEntry("ec", ec)] };
    const bytes = writePkcs12(store, "changeit");
    const count = Buffer.from("02022710", "hex");
    const longer = encodeInteger(iterations);
    const grown = regrow(bytes, bytes.lastIndexOf(count), count.length, longer);
    expect(() => readPkcs12(grown, "changeit")).toThrow(expect.objectContaining({ code: "too-costly" }));
  });

  test("a count that is allowed, in a file that asks for too much altogether, is refused", () => {
    const file = makeFile(contents, {
      scheme: { ...pbmac1, prf: "sha1", keyLength: 64, iterations: 1_500 },
      password: "changeit",
    });
    expect(() => readPkcs12(file, "changeit", { work: 5_999 })).toThrow("5999 are left for this file");
    expect(readPkcs12(file, "changeit", { work: 6_000 }).integrity).toBe("verified");
  });

  test("nesting, crowds and giants are refused without filling the memory", () => {
    let nested: Buffer = encodeOctetString(Buffer.from("x"));
    for (let level = 0; level < 200; level += 1) nested = encodeElement(0xa0, nested);
    for (const bag of [nested, encodeElement(0x30, Buffer.alloc(4_000_000, "0500", "hex"))]) {
      expect(() => readPkcs12(makeFile([[bag]]), null)).toThrow(StoreError);
    }
    const crowd = Array.from({ length: 100_001 }, () => encodeSequence(Buffer.from("06012aa0020500", "hex")));
    expect(() => readPkcs12(makeFile([crowd]), null)).toThrow("more than 100000 bags");
    expect(() => readPkcs12(Buffer.alloc(33 * 1024 * 1024), null)).toThrow("at most");
  });
});

function encodeInteger(value: number): Buffer {
  const hex = value.toString(16);
  const content = Buffer.from(hex.padStart(hex.length + (hex.length % 2), "0"), "hex");
  return encodeElement(0x02, content);
}

/** Replaces the last element of the MAC, and corrects the lengths around it. */
function regrow(bytes: Buffer, where: number, length: number, replacement: Buffer): Buffer {
  const macStart = lastSequenceAround(bytes, where);
  const macData = encodeSequence(bytes.subarray(macStart + 2, where), replacement);
  const header = 4;
  expect(where + length).toBe(bytes.length);
  return encodeSequence(bytes.subarray(header, macStart), macData);
}

/** Offset of the MacData, which is the last of the outer sequence and shorter than 128 bytes. */
function lastSequenceAround(bytes: Buffer, where: number): number {
  for (let start = where - 1; start > 0; start -= 1) {
    if (bytes[start] === 0x30 && start + 2 + (bytes[start + 1] ?? 0) === bytes.length) return start;
  }
  throw new Error("no MacData");
}
