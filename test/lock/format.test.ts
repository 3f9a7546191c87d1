import fc from "fast-check";
import { type Lock, type LockedIdentity, type OpenLock, formatLock, readLock } from "../../lib/lock";
import { everyKind, seededRandom, thrownBy } from "./support";

interface Written {
  phase: string;
  supersedes?: string;
  readonly evidence: object[];
  readonly generations: { state: string; readonly n: number; readonly csr?: string }[];
}

/** Changes what stands under one identity, as a later version may write it. */
function identity(change: (identity: Written) => void): (text: string) => string {
  return (text) => {
    const document = JSON.parse(text);
    change(document.identities.web);
    return JSON.stringify(document);
  };
}

describe("the text of a lock", () => {
  let open: OpenLock;
  let lock: Lock;
  let text: string;

  beforeAll(() => {
    open = everyKind();
    ({ lock } = open);
    text = formatLock(lock);
  });

  test("reads back as the lock that was written", () => {
    expect(readLock(text)).toEqual(lock);
    expect(formatLock(readLock(text))).toBe(text);
  });

  test("does not depend on the order in which identities came", () => {
    const reversed = {
      ...lock,
      identities: new Map([...lock.identities].sort(([a], [b]) => (a < b ? 1 : -1))),
    };
    expect(formatLock(reversed)).toBe(text);
  });

  test("survives any identity id, file name and alias", () => {
    const jetty = lock.identities.get("jetty");
    if (jetty === undefined) throw new Error("jetty was expected");
    fc.assert(
      fc.property(
        fc.dictionary(fc.oneof(fc.string({ unit: "grapheme" }), fc.constant("__proto__")), fc.string()),
        fc.nat({ max: 1_000_000 }),
        (aliases, generation) => {
          const entries = Object.entries(aliases);
          const unsigned: Lock = {
            ...lock,
            identities: new Map(
              entries.map(([id, alias]) => [id, { ...jetty, generation: generation + 1, observedIn: alias }]),
            ),
            observations: new Map(
              entries.map(([place, alias]) => [place, { anchors: new Map([[place, alias]]) }]),
            ),
          };
          const odd = open.withLock(unsigned).signed(seededRandom("sign")).lock;
          const written = formatLock(odd);
          expect(readLock(written)).toEqual(odd);
          expect(formatLock(readLock(written))).toBe(written);
        },
      ),
    );
  });

  test("shows subject, expiry and fingerprint of every generation, and what it was issued for", () => {
    const { web } = JSON.parse(text).identities;
    const [current, previous] = web.generations;
    expect(current).toMatchObject({
      n: 2,
      state: "current",
      subject: "CN=web.example.com, O=Example",
      notAfter: "2026-03-31T11:00:00Z",
      sha256: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
    });
    expect(previous).toMatchObject({ n: 1, state: "previous", notAfter: "2026-05-30T11:00:00Z" });
    expect(previous.privateKey).toBeUndefined();
    expect(web).toMatchObject({
      kind: "issued",
      request: { issuerId: "ca", subject: { commonName: "web.example.com" }, validityDays: 30 },
      defaults: [],
      phase: "steady",
      formerIds: [],
      evidence: [],
    });
  });

  describe("of a rotation", () => {
    const evidence = [
      {
        host: "flow",
        path: "/cacerts",
        generation: 2,
        level: "served",
        at: "2026-03-01T12:00:00Z",
        by: "Flow",
      },
    ] as const;

    function rotating(phase: "announced" | "switched"): Lock {
      const web = lock.identities.get("web");
      if (web?.previous === undefined || web.privateKey === undefined) throw new Error("web was expected");
      const { previous, ...current } = web;
      const announced: LockedIdentity = {
        ...current,
        previous,
        rotation: { phase, other: { ...current, generation: 3 }, evidence },
      };
      const switched: LockedIdentity = {
        ...current,
        rotation: { phase, other: { ...previous, privateKey: web.privateKey }, evidence },
      };
      const identities = new Map(lock.identities).set("web", phase === "announced" ? announced : switched);
      return open.withLock({ ...lock, identities }).signed(seededRandom("sign")).lock;
    }

    test.each(["announced", "switched"] as const)("that is %s reads back with all its keys", (phase) => {
      const written = formatLock(rotating(phase));
      const web = readLock(written).identities.get("web");
      expect(web?.rotation).toMatchObject({ phase, evidence });
      expect(web?.rotation?.other.privateKey).toEqual(web?.privateKey);
      expect(formatLock(readLock(written))).toBe(written);
      expect(
        JSON.parse(written).identities.web.generations.map(({ state }: { state: string }) => state),
      ).toEqual(phase === "announced" ? ["next", "current", "previous"] : ["current", "previous"]);
    });

    test.each<[string, (text: string) => string, RegExp]>([
      [
        "announced, and no next one",
        identity((web) => (web.phase = "announced")),
        /one that is next was expected/,
      ],
      [
        "steady, with a next one",
        identity(({ generations: [web] }) => web !== undefined && (web.state = "next")),
        /one that is current was expected/,
      ],
      [
        "steady, with evidence",
        identity((web) => web.evidence.push({ ...evidence[0], n: 2, generation: undefined })),
        /evidence: none was expected/,
      ],
      [
        "switched, and the former one gone",
        identity((web) => {
          web.phase = "switched";
          web.generations.splice(1);
        }),
        /one that is previous was expected/,
      ],
      [
        "with two that are current",
        identity(({ generations: [, web] }) => web !== undefined && (web.state = "current")),
        /more than one that is current/,
      ],
      [
        "with numbers that rise",
        identity(({ generations: [web] }) => web !== undefined && ((web as { n: number }).n = 1)),
        /fall from one to the next/,
      ],
    ])("%s is damaged", (_, change, what) => {
      const error = thrownBy(() => readLock(change(text)));
      expect(error).toMatchObject({ code: "damaged-lock" });
      expect(error.message).toMatch(what);
    });
  });

  test("of an unknown version is refused, naming both", () => {
    const error = thrownBy(() => readLock(text.replace('"formatVersion": 2', '"formatVersion": 3')));
    expect(error).toMatchObject({ code: "unknown-lock-version" });
    expect(error.message).toMatch(/formatVersion 3.*reads 1 to 2/);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    [
      "that takes another reader",
      (whole) => whole.replace('"formatVersion": 2,', '"formatVersion": 2, "minimumReader": 3,'),
      /minimumReader: it takes a reader of format 3, and this one reads 2/,
    ],
    [
      "with an identity that supersedes another",
      identity((web) => (web.supersedes = "old")),
      /web › supersedes/,
    ],
  ])("%s is refused in favour of the newer version", (_, change, what) => {
    const error = thrownBy(() => readLock(change(text)));
    expect(error).toMatchObject({ code: "newer-lock" });
    expect(error.message).toMatch(what);
    expect(error.message).toMatch(
      /made by a newer version of cdktf-trust .* install the version that wrote it/,
    );
  });

  test("of another environment is refused, naming both", () => {
    const error = thrownBy(() => readLock(text, "production"));
    expect(error).toMatchObject({ code: "other-environment" });
    expect(error.message).toMatch(/"staging", not "production"/);
  });

  test("with merge-conflict markers is refused, naming the line", () => {
    const conflicting = text.replace(
      '  "recipients"',
      '<<<<<<< HEAD\n=======\n>>>>>>> feature\n  "recipients"',
    );
    const error = thrownBy(() => readLock(conflicting));
    expect(error).toMatchObject({ code: "conflicting-lock" });
    expect(error.message).toMatch(/line 20/);
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ["cut short", (whole) => whole.slice(0, 500), /not valid JSON/],
    ["empty", () => "", /not valid JSON/],
    ["a list", () => "[]", /an object was expected/],
    ["an unknown member", (whole) => whole.replace('"phase"', '"colour": 1, "phase"'), /colour/],
    ["a fingerprint of another", (whole) => whole.replace(/"sha256": "../, '"sha256": "ZZ'), /sha256/],
    ["a prettier expiry", (whole) => whole.replace(/"notAfter": "2026/, '"notAfter": "2036'), /notAfter/],
    ["another subject", (whole) => whole.replace('"subject": "CN=', '"subject": "CN=x'), /subject/],
    [
      "a damaged certificate",
      (whole) => whole.replace("CERTIFICATE-----\\nMI", "CERTIFICATE-----\\nAA"),
      /chain\[0\]/,
    ],
    ["a costly key derivation", (whole) => whole.replace('"N": 32768', '"N": 1073741824'), /kdf › N/],
    ["no recipients", (whole) => whole.replace(/"recipients": \[[^\]]*\]/, '"recipients": []'), /recipients/],
    [
      "the same recipient twice",
      (whole) => whole.replace(/("recipients": \[)([^\]]*)\]/, "$1$2,$2]"),
      /same id/,
    ],
    ["a nonce of the wrong size", (whole) => whole.replace(/"nonce": "..../, '"nonce": "'), /nonce/],
  ])("that is damaged (%s) is refused, naming the place", (_, damage, place) => {
    const error = thrownBy(() => readLock(damage(text)));
    expect(error).toMatchObject({ code: "damaged-lock" });
    expect(error.message).toMatch(place);
  });

  test("mutated anywhere gives a typed error or another lock, never a crash", () => {
    fc.assert(
      fc.property(fc.nat({ max: text.length - 1 }), fc.string({ maxLength: 3 }), (at, inserted) => {
        const mutated = text.slice(0, at) + inserted + text.slice(at + 1);
        try {
          expect(formatLock(readLock(mutated))).toBeDefined();
        } catch (error) {
          expect(error).toHaveProperty("code");
        }
      }),
      { numRuns: process.env["SLOW"] === undefined ? 200 : 20_000 },
    );
  });
});
