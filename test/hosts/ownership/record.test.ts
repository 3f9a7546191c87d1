import { type Claim, noOwnership, type OwnershipRecord, settledClaim, transition } from "../../../lib/hosts";

const claim: Claim = {
  owner: "p/e/s",
  declaredAt: "trust_keystore",
  kind: "store",
  at: "",
  content: "ab",
  origin: "created",
};
const ours: OwnershipRecord = { created: true, original: "cd", claims: { one: claim } };

describe("a record while a run goes on", () => {
  test("says that the file is ours until it is gone, and which original goes with it", () => {
    expect(transition(ours, noOwnership)).toEqual(ours);
    expect(transition(noOwnership, ours)).toEqual(ours);
  });

  test("knows what both sides claim, and of a claim that changes what it was", () => {
    const after = { ...ours, claims: { one: { ...claim, content: "ef" }, two: claim } };
    const both = transition(ours, after);
    expect(both.claims).toEqual({
      one: { ...claim, content: "ef", replaces: { at: "", content: "ab", origin: "created" } },
      two: claim,
    });
    const [changed = claim] = Object.values(both.claims);
    expect(settledClaim(changed, false)).toEqual(claim);
    expect(settledClaim(changed, true)).toEqual({ ...claim, content: "ef" });
  });
});
