import {
  changedThings,
  type Claim,
  findActivation,
  formatOwnership,
  isOwed,
  type OwnershipRecord,
  parseOwnership,
  transition,
  withBegunActivation,
  withoutIdleActivations,
  withProof,
  withUnproven,
} from "../../../lib/hosts";

const OWNER = "project/test/stack with blanks";
const steps = "5e";

function claim(kind: Claim["kind"], at: string, content: string, owner = OWNER): Claim {
  return { owner, declaredAt: `trust_${kind} ${at}`, kind, at, content, origin: "created" };
}

const store = claim("store", "", "profile");
const key = claim("key", "flow", "k1");
const anchor = claim("anchor", "x", "a1");
const record: OwnershipRecord = { created: false, claims: { store, key, anchor } };

const begin = (before: OwnershipRecord, name = "flow", found = new Map<string, string | undefined>()) =>
  withBegunActivation(before, OWNER, name, found, steps);

/** What a write of ours makes of a record. */
function written(before: OwnershipRecord, claims: OwnershipRecord["claims"], again: string[] = []) {
  const after = { ...before, claims };
  return withoutIdleActivations(withUnproven(after, changedThings(before, after, again)));
}

function proved(
  started: OwnershipRecord,
  now = started,
  more: Partial<Parameters<typeof withProof>[1]> = {},
): OwnershipRecord {
  return withProof(now, {
    owner: OWNER,
    name: "flow",
    alike: [],
    excepted: new Set(),
    started,
    steps,
    level: "served",
    at: "2026-01-01T00:00:00.000Z",
    ...more,
  });
}

const proven = proved(begin(record));
const owed = (one: OwnershipRecord, name = "flow", excepted?: ReadonlySet<string>) =>
  isOwed(one, OWNER, name, excepted);

describe("an activation in a record", () => {
  test("is owed until it is proven, and from each change of a claimed thing on", () => {
    expect(owed(record)).toBe(true);
    expect(owed(begin(record))).toBe(true);
    expect(owed(proven)).toBe(false);
    expect(owed(written(proven, { store, key: { ...key, content: "k2" }, anchor }))).toBe(true);
    expect(owed(written(proven, { store, key, anchor: { ...anchor, at: "x-previous" } }))).toBe(true);
    expect(owed(written(proven, { store, key }))).toBe(true);
    expect(owed(written(proven, { store, key, anchor, more: claim("anchor", "y", "a2") }))).toBe(true);
    expect(owed(written(proven, { store, key, anchor }, ["key flow"]))).toBe(true);
  });

  test("is owed where another content is claimed without a write, as of what somebody else put there", () => {
    expect(owed({ ...proven, claims: { store, key: { ...key, content: "k2" }, anchor } })).toBe(true);
  });

  test("is not owed for what others have claimed, nor for the store as such", () => {
    const other = claim("key", "other", "k9", "somebody else");
    expect(owed(written(proven, { store, key, anchor, other }))).toBe(false);
    expect(owed(written(proven, { store: { ...store, content: "other profile" }, key, anchor }))).toBe(false);
    expect(owed({ created: true, claims: { store } })).toBe(false);
    expect(owed({ created: true, claims: { other } })).toBe(false);
  });

  test("knows in the record that goes before the file what is still to be proven", () => {
    const after = written(proven, { store, key: { ...key, content: "k2" }, anchor });
    const both = transition(proven, after);
    expect(findActivation(both, OWNER, "flow")).toMatchObject({
      proven: { "key flow": "k1", "anchor x": "a1" },
      unproven: ["key flow"],
    });
    expect(owed(both)).toBe(true);
  });

  test("takes what it finds for what the product runs with, but what this run has written", () => {
    const found = new Map([
      ["key flow", "k0"],
      ["anchor x", undefined],
    ]);
    expect(findActivation(begin(record, "flow", found), OWNER, "flow")).toEqual({
      proven: { "key flow": "k0" },
      unproven: ["key flow", "anchor x"],
      steps,
    });
  });

  test("has not proven what was written since its first step began", () => {
    const started = begin(record);
    const meanwhile = written(started, { store, key: { ...key, content: "k2" }, anchor });
    const after = proved(started, meanwhile);
    expect(owed(after)).toBe(true);
    expect(findActivation(after, OWNER, "flow")).toMatchObject({ unproven: ["key flow"] });
    // The same content, put back under its feet, is not what it has seen either.
    const again = proved(started, written(started, { store, key, anchor }, ["anchor x"]));
    expect(findActivation(again, OWNER, "flow")?.unproven).toEqual(["anchor x"]);
  });

  test("forgets with its proof what is not claimed any more", () => {
    const without = written(proven, { store, key });
    const after = proved(without);
    expect(owed(after)).toBe(false);
    expect(findActivation(after, OWNER, "flow")).toMatchObject({
      proven: { "key flow": "k1" },
      unproven: [],
    });
  });

  test("goes with its owner's last claim, and others' stay", () => {
    const others = withBegunActivation(
      { ...proven, claims: { ...proven.claims, other: claim("key", "o", "k", "b") } },
      "b",
      "flow",
      new Map(),
      steps,
    );
    const left = written(others, { other: claim("key", "o", "k", "b") });
    expect(Object.keys(left.activations ?? {})).toEqual(["b flow"]);
    expect(written(proven, {})).not.toHaveProperty("activations");
  });

  test("goes back to what another owner had there where it took that over", () => {
    const theirs = claim("key", "flow", "k1", "b");
    const before: OwnershipRecord = { ...proved(begin({ ...record, claims: { store, anchor } })) };
    const both = { ...before, claims: { ...before.claims, theirs } };
    const after = written(both, { store, anchor, key: { ...key, content: "k2" } });
    expect(findActivation(after, OWNER, "flow")?.proven).toMatchObject({ "key flow": "k1" });
  });
});

describe("activations that do the same", () => {
  const keys = new Set(["key flow"]);

  test("share their proofs, but of what the one needs, which it does not prove", () => {
    const both = begin(proved(begin(record)), "trust");
    const changed = written(both, {
      store,
      key: { ...key, content: "k2" },
      anchor: { ...anchor, content: "a2" },
    });

    // WHEN the one before the keys is proven
    const trusted = proved(changed, changed, { name: "trust", alike: ["flow"], excepted: keys });

    // THEN it is owed no more, and the other one for the key only
    expect(owed(trusted, "trust", keys)).toBe(false);
    expect(findActivation(trusted, OWNER, "flow")).toMatchObject({
      unproven: ["key flow"],
      proven: { "key flow": "k1", "anchor x": "a2" },
    });

    // WHEN that one is proven
    const all = proved(trusted, trusted, { alike: ["trust"] });

    // THEN neither is owed, whatever it needs
    expect(owed(all)).toBe(false);
    expect(owed(all, "trust")).toBe(false);
  });

  test("do one another's work where one has deferred", () => {
    const deferred = begin(begin(record, "trust"));
    expect(owed(deferred, "trust", keys)).toBe(true);
    const after = proved(deferred, deferred, { alike: ["trust", "flow"] });
    expect(owed(after, "trust", keys)).toBe(false);
    expect(findActivation(after, OWNER, "trust")).toMatchObject({ level: "served" });
  });
});

describe("the format of a record with activations", () => {
  test("is read as it was written, in an order of its own", () => {
    const text = formatOwnership(proven);
    expect(parseOwnership(Buffer.from(text), "r")).toEqual(proven);
    const [one, other] = [begin(begin(record, "a"), "b"), begin(begin(record, "b"), "a")];
    expect(formatOwnership(one)).toBe(formatOwnership(other));
  });

  test("has no word of them where there are none, as it was before", () => {
    expect(formatOwnership(record)).not.toContain("activations");
    expect(parseOwnership(Buffer.from(formatOwnership(record)), "r")).toEqual(record);
  });

  test.each([
    ["a list", []],
    ["without what is proven", { "o n": { unproven: [] } }],
    ["with a number for a content", { "o n": { proven: { a: 1 }, unproven: [] } }],
    ["with another level", { "o n": { proven: {}, unproven: [], level: "hoped" } }],
    ["with a time that is no text", { "o n": { proven: {}, unproven: [], at: 1 } }],
  ])("is refused %s", (_, activations) => {
    const json = { ...JSON.parse(formatOwnership(record)), activations };
    expect(() => parseOwnership(Buffer.from(JSON.stringify(json)), "/x/.r")).toThrow(/\/x\/\.r.*damaged/);
  });
});
