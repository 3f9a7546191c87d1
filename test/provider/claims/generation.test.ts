import { noOwnership, settledClaim, transition, withClaim } from "../../../lib/hosts";
import type { Claimant } from "../../../lib/provider/claims/claimant";
import { type GenerationMemory, refuseOlderGeneration } from "../../../lib/provider/claims/generation";

const claimant: Claimant = {
  claim: "mine",
  owner: "trust/prod/web",
  takeOver: ["trust/prod/former"],
  declaredAt: "trust_key_entry jetty",
  generation: 2,
};

/** A record with one claim of generation 3. */
function recordOf(id: string, owner: string, declaredAt: string) {
  const claim = {
    id,
    owner,
    declaredAt,
    kind: "key",
    at: "jetty",
    content: "ab",
    origin: "created",
  } as const;
  return { ownership: withClaim(noOwnership, { ...claim, generation: 3 }) };
}

const refuse = (memory: GenerationMemory, more: Partial<Claimant> = {}) =>
  refuseOlderGeneration("/opt/store", { ...claimant, ...more }, memory);

test.each([
  ["the row", { row: { generation: 3 } }],
  ["the same claim", recordOf("mine", "other", "other")],
  ["a claim of the same owner and declaration", recordOf("lost", "trust/prod/web", "trust_key_entry jetty")],
  ["one of an owner that is taken over", recordOf("lost", "trust/prod/former", "trust_key_entry jetty")],
])("%s remembers", (_what, memory) => {
  expect(() => refuse(memory)).toThrow("was delivered in generation 3, and generation 2 is declared");
  expect(() => refuse(memory, { generation: 3 })).not.toThrow();
  expect(() => refuse(memory, { acceptsOlder: true })).not.toThrow();
});

test.each([
  ["a row that knows of none", { row: { generation: 0 } }],
  ["another owner's lock", recordOf("theirs", "trust/tst/web", "trust_key_entry jetty")],
  ["another alias", recordOf("other", "trust/prod/web", "trust_key_entry other")],
])("%s is no memory", (_what, memory) => {
  expect(() => refuse(memory)).not.toThrow();
});

test("a lock that knows the newer one, because the identity changes in phases, is no older one", () => {
  const memory = { row: { generation: 3 } };
  expect(() => refuse(memory, { otherGeneration: 3 })).not.toThrow();
  expect(() => refuse(memory, { otherGeneration: 1 })).toThrow("was delivered in generation 3");
});

test("generations of another identity are not compared, where both are named", () => {
  const { ownership } = recordOf("mine", "other", "other");
  const [claim] = Object.values(ownership.claims);
  if (claim === undefined) throw new Error("there is no claim");
  const north = { identity: "shop/North" };
  const south = { ownership: withClaim(noOwnership, { ...claim, id: "mine", identity: "shop/South" }) };
  expect(() => refuse(south, north)).not.toThrow();
  expect(() => refuse({ row: { generation: 3, identity: "shop/South" } }, north)).not.toThrow();
  expect(() => refuse(south, { identity: "shop/South" })).toThrow("generation 3");
  expect(() => refuse(south)).toThrow("generation 3");
  expect(() => refuse({ ownership }, north)).toThrow("generation 3");
  expect(() => refuse({ row: { generation: 3, identity: "" } }, north)).toThrow("generation 3");
});

test("who declares no generation is asked for none", () => {
  const { generation: _, ...plain } = claimant;
  expect(() => refuseOlderGeneration("/opt/store", plain, { row: { generation: 3 } })).not.toThrow();
});

test("a write that was never finished is not remembered", () => {
  const before = { ...recordOf("mine", "o", "d").ownership };
  const [id, claim] = Object.entries(before.claims)[0] ?? [];
  if (id === undefined || claim === undefined) throw new Error("there is no claim");
  const both = transition(before, withClaim(before, { ...claim, id, content: "cd", generation: 4 }));
  const written = both.claims[id];
  expect(written).toMatchObject({ generation: 4, replaces: { generation: 3 } });
  expect(written === undefined ? undefined : settledClaim(written, false)).toEqual(claim);
  const { generation: _, ...bare } = claim;
  const fromNone = transition(
    { ...before, claims: { [id]: bare } },
    withClaim(before, { ...claim, id, content: "cd" }),
  );
  const unfinished = fromNone.claims[id];
  expect(unfinished === undefined ? undefined : settledClaim(unfinished, false)).toEqual(bare);
});
