import { createHash } from "node:crypto";
import fc from "fast-check";
import { encryptPrivateKeyInfo } from "../../../lib/keystore/encryption";
import { readPkcs12, writePkcs12 } from "../../../lib/keystore/pkcs12";
import type { StoreEntry } from "../../../lib/keystore/store";
import { makeAuthority, makeCertificate } from "../../support/certificateMaker";
import { type JavaEntry, listWithJava } from "../../support/javaStores";
import { describeWith } from "../../support/tools";
import { type BagNames, certificateBag, ignoredBags, makeFile, shroudedKeyBag } from "./handmade";
import { anchorEntry, now } from "./samples";

const count = process.env["SLOW"] === undefined ? 150 : 3_000;

/** Authorities that share names and keys in every awkward way, and leaves below them. */
const root = makeAuthority(now, "Root");
const renewedRoot = makeAuthority(now, "Root", { keyOf: root });
const namesake = makeAuthority(now, "Root");
const spelled = makeAuthority(now, " ROOT ", { keyOf: root });
const crossed = makeAuthority(now, "Root", { keyOf: root, issuer: namesake });
const anonymous = makeAuthority(now, "Issuing", {
  issuer: root,
  subjectKeyId: false,
  authorityKeyId: "none",
});
const issuing = makeAuthority(now, "Issuing", { issuer: root });
const left = makeAuthority(now, "Left");
const right = makeAuthority(now, "Right", { issuer: left });
const circle = makeAuthority(now, "Left", { keyOf: left, issuer: right });
const leaves = [
  makeCertificate({ now, subject: "a", issuer: issuing }),
  makeCertificate({ now, subject: "b", issuer: issuing, authorityKeyId: "none" }),
  makeCertificate({ now, subject: "c", issuer: issuing, authorityKeyId: "wrong" }),
  makeCertificate({ now, subject: "d", issuer: right }),
  makeCertificate({ now, subject: "e", wrongSignature: true }),
];
const made = [
  root,
  renewedRoot,
  namesake,
  spelled,
  crossed,
  anonymous,
  issuing,
  left,
  right,
  circle,
  ...leaves,
];

const quick = { kind: "pbes2", prf: "sha256", cipher: "aes-256", iterations: 1 } as const;
const sealed = encryptPrivateKeyInfo(root.pkcs8, "changeit", quick, (length) => Buffer.alloc(length, 3));
const ignored = Object.values(ignoredBags(root.pkcs8));

const names: fc.Arbitrary<BagNames> = fc.record(
  {
    name: fc.constantFrom("a", "A", "b", "1", "2", "Ünï"),
    keyId: fc.constantFrom("x", "y", "01", "Time 1700000000000"),
  },
  { requiredKeys: [] },
);
const bag: fc.Arbitrary<Uint8Array> = fc.oneof(
  { weight: 3, arbitrary: names.map((one) => shroudedKeyBag(sealed, one)) },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constantFrom(...made), names).map(([{ der }, one]) => certificateBag(der, one)),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...made), names)
      .map(([{ der }, one]) => certificateBag(der, { ...one, trusted: true })),
  },
  { weight: 1, arbitrary: fc.constantFrom(...ignored) },
);
const files = fc
  .array(fc.array(bag, { maxLength: 7 }), { maxLength: 3 })
  .map((contents) => makeFile(contents));

function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}

function inJavaTerms(entries: readonly StoreEntry[]): unknown[] {
  return entries.map((entry) => ({
    alias: entry.alias.toLowerCase(),
    kind: entry.kind,
    chain: (entry.kind === "identity" ? entry.chain : entry.kind === "anchor" ? [entry.certificate] : []).map(
      sha1,
    ),
  }));
}

for (const java of ["java", "java25"] as const) {
  describeWith(java, `the rules by which ${java} reads PKCS12`, () => {
    test(`${count} odd files show the same entries and chains, before and after an edit`, () => {
      const sampled = fc.sample(files, { numRuns: count, seed: 42 });
      const added = anchorEntry("added by us", makeAuthority(now, "Nobody else's"));
      const edited = sampled.map((bytes) => {
        const store = readPkcs12(bytes, "changeit");
        return writePkcs12({ ...store, entries: [...store.entries, added] }, "changeit");
      });
      const all = [...sampled, ...edited];
      const listings = listWithJava(
        java,
        all.map((bytes) => ({ bytes, password: "changeit" })),
      );
      for (const [index, bytes] of all.entries()) {
        const listing = listings[index];
        const shown = listing?.entries.map(({ alias, kind, chain }) => ({ alias, kind, chain }));
        const { entries } = readPkcs12(bytes, "changeit");
        expect({ index, error: listing?.error, shown }).toEqual({
          index,
          error: undefined,
          shown: inJavaTerms(entries),
        });
      }
      for (const [index, before] of listings.slice(0, count).entries()) {
        const after = listings[count + index]?.entries.filter(({ alias }) => alias !== "added by us");
        expect({ index, after: sorted(after) }).toEqual({ index, after: sorted(before.entries) });
      }
      expect(
        listings.flatMap(({ entries }) => entries).filter(({ chain }) => chain.length > 1).length,
      ).toBeGreaterThan(9);
    });
  });
}

describeWith("java", "edits of odd files, as Java reads them", () => {
  test(`${count} odd files keep what is left when some entries go and some are renamed`, () => {
    const before = fc
      .sample(files, { numRuns: count, seed: 43 })
      .map((bytes) => readPkcs12(bytes, "changeit"));
    const wanted = before.map(({ entries }) =>
      entries.flatMap((entry, index) => {
        if (index % 3 === 1) return [];
        return index % 3 === 2 ? [{ ...entry, alias: `renamed ${entry.alias}` }] : [entry];
      }),
    );
    const edited = before.map((store, index) =>
      writePkcs12({ ...store, entries: wanted[index] ?? [] }, "changeit"),
    );
    const listings = listWithJava(
      "java",
      edited.map((bytes) => ({ bytes, password: "changeit" })),
    );
    for (const [index, entries] of wanted.entries()) {
      const shown = listings[index]?.entries.map(({ alias, kind, chain }) => ({ alias, kind, chain }));
      expect({ index, shown }).toEqual({ index, shown: expect.arrayContaining(inJavaTerms(entries)) });
    }
  });
});

function sorted(entries: readonly JavaEntry[] | undefined): JavaEntry[] {
  return [...(entries ?? [])].sort((a, b) => (a.alias < b.alias ? -1 : 1));
}
