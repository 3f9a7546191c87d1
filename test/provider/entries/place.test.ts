import { claimIdOfVersion1, contentOfVersion1 } from "../../../lib/hosts";
import {
  claimId,
  claims,
  contents,
  create,
  destroy,
  draftOf,
  anchor,
  refresh,
  rowOf,
  sha256Of,
  update,
} from "./support";

const web = rowOf(claimId(1), "web", "flow", "one");
const shop = rowOf(claimId(2), "shop", "flow", "one");

describe("a new entry", () => {
  test("takes a free alias, and goes with its claim", async () => {
    // WHEN
    const placed = create(draftOf(anchor("root", "R")), web, "one");
    const { draft, removal } = await destroy(placed, web);

    // THEN
    expect(contents(placed)).toEqual({ root: "R", flow: "one" });
    expect(claims(placed)).toEqual(["flow web created"]);
    expect(removal).toBe("removed");
    expect(contents(draft)).toEqual({ root: "R" });
    expect(claims(draft)).toEqual([]);
  });

  test("adopts what is there already, and leaves it", async () => {
    const placed = create(draftOf(anchor("flow", "one")), web, "one");
    const { draft, removal } = await destroy(placed, web);
    expect(claims(placed)).toEqual(["flow web adopted"]);
    expect(removal).toBe("left");
    expect(contents(draft)).toEqual({ flow: "one" });
    expect(claims(draft)).toEqual([]);
  });

  test("that adopted, and was told to leave nothing, takes it away", async () => {
    const placed = create(draftOf(anchor("flow", "one")), web, "one");
    const { draft } = await destroy(placed, web, { removesForGood: true });
    expect(contents(draft)).toEqual({});
  });

  test("does not displace somebody else's unless it is told to, and gives it back", async () => {
    const before = draftOf(anchor("flow", "X"), anchor("root", "R"));
    expect(() => create(before, web, "one")).toThrow("foreign");
    const placed = create(before, web, "one", { replace: true });
    const { draft, removal } = await destroy(placed, web);
    expect(contents(placed)).toEqual({ flow: "one", root: "R" });
    expect(removal).toBe("restored");
    expect(draft.store).toEqual(before.store);
    expect(draft.kept?.entries).toEqual([]);
  });
});

describe("two owners", () => {
  test.each([
    ["the first one first", [web, shop]],
    ["the second one first", [shop, web]],
  ])("share an entry, which goes with the last one: %s", async (_what, [first, second]) => {
    // GIVEN
    const both = create(create(draftOf(), web, "one"), shop, "one");

    // WHEN
    const once = await destroy(both, first ?? web);
    const twice = await destroy(once.draft, second ?? web);

    // THEN
    expect(once.removal).toBe("shared");
    expect(contents(once.draft)).toEqual({ flow: "one" });
    expect(twice.removal).toBe("removed");
    expect(contents(twice.draft)).toEqual({});
  });

  test("share what one of them displaced, and the last one gives it back", async () => {
    const both = create(create(draftOf(anchor("flow", "X")), web, "one", { replace: true }), shop, "one");
    const once = await destroy(both, web);
    expect(contents(once.draft)).toEqual({ flow: "one" });
    const twice = await destroy(once.draft, shop);
    expect(twice.removal).toBe("restored");
    expect(contents(twice.draft)).toEqual({ flow: "X" });
  });

  test("do not replace each other's, whatever they say of foreign ones", () => {
    const placed = create(draftOf(), web, "one");
    expect(() => create(placed, shop, "two", { replace: true })).toThrow("others");
    const both = create(placed, shop, "one");
    expect(() => update(both, web, "two")).toThrow("shared");
  });

  test("take over from each other where that is said", async () => {
    const placed = create(draftOf(), web, "one");
    const taken = create(placed, shop, "two", { takeOver: ["web"] });
    expect(contents(taken)).toEqual({ flow: "two" });
    expect(claims(taken)).toEqual(["flow shop created"]);
    expect(refresh(taken, web)).toBeUndefined();
  });

  test("move on to a newer anchor one after the other, and both stay trusted", async () => {
    // GIVEN
    const both = create(create(draftOf(), web, "one"), shop, "one");
    const newer = { ...web, claim: claimId(3) };

    // WHEN one of them moves on
    const rotated = create(both, newer, "two");

    // THEN the other one still finds its own
    expect(contents(rotated)).toEqual({ flow: "two", "flow-previous": "one" });
    expect(refresh(rotated, shop)).toEqual(shop);

    // WHEN the older one is given up here, then there
    const once = await destroy(rotated, web);
    expect(contents(once.draft)).toEqual({ flow: "two", "flow-previous": "one" });
    const joined = create(once.draft, { ...shop, claim: claimId(4) }, "two");
    const twice = await destroy(joined, shop);
    expect(contents(twice.draft)).toEqual({ flow: "two" });
  });
});

describe("a claim that no state knows", () => {
  const again = { ...web, claim: claimId(9) };

  test("is taken over by the same declaration of the same owner", async () => {
    const placed = create(create(draftOf(), web, "one"), again, "one");
    expect(claims(placed)).toEqual(["flow web created"]);
    expect(contents((await destroy(placed, again)).draft)).toEqual({});
  });

  test("hands over what it displaced", async () => {
    const placed = create(create(draftOf(anchor("flow", "X")), web, "one", { replace: true }), again, "one");
    expect(contents((await destroy(placed, again)).draft)).toEqual({ flow: "X" });
  });
});

describe("an anchor that takes over from an older one", () => {
  const newer = { ...web, claim: claimId(3) };

  test("moves it aside, and it moves back where the newer one is given up", async () => {
    const both = create(create(draftOf(anchor("root", "R")), web, "one"), newer, "two");
    expect(contents(both)).toEqual({ root: "R", flow: "two", "flow-previous": "one" });
    expect(contents((await destroy(both, web)).draft)).toEqual({ root: "R", flow: "two" });
    const back = await destroy(both, { ...newer, sha256: sha256Of("two") });
    expect(contents(back.draft)).toEqual({ root: "R", flow: "one" });
    expect(refresh(back.draft, web)).toEqual(web);
  });

  test("passes by somebody else's entry under the alias beside it", () => {
    const taken = draftOf(anchor("flow-previous", "X"));
    const both = create(create(taken, web, "one"), newer, "two");
    expect(contents(both)).toEqual({ "flow-previous": "X", flow: "two", "flow-previous-2": "one" });
  });

  test("gives back what was there before the older one", async () => {
    // GIVEN a certificate that was there, adopted, and rotated away
    const both = create(create(draftOf(anchor("flow", "one")), web, "one"), newer, "two");
    const once = await destroy(both, web);
    expect(contents(once.draft)).toEqual({ flow: "two" });

    // WHEN
    const twice = await destroy(once.draft, newer);

    // THEN
    expect(contents(twice.draft)).toEqual({ flow: "one" });
  });
});

describe("an update", () => {
  const placed = create(draftOf(), web, "one");
  const byHand = { ...placed, store: draftOf(anchor("flow", "H")).store };

  test("replaces what the plan showed, and is done where the wanted one is there", () => {
    expect(contents(update(placed, web, "two"))).toEqual({ flow: "two" });
    expect(contents(update(update(placed, web, "two"), web, "two"))).toEqual({ flow: "two" });
  });

  test("refuses what came between plan and apply", () => {
    expect(() => update(byHand, web, "two")).toThrow("drift");
    expect(() => update({ ...placed, store: draftOf().store }, web, "two")).toThrow("drift");
  });

  test("puts what somebody put there by hand aside where the plan showed it", async () => {
    const shown = refresh(byHand, web) ?? web;
    expect(shown.sha256).toBe(sha256Of("H"));
    const updated = update(byHand, shown, "two");
    expect(contents(updated)).toEqual({ flow: "two" });
    expect(contents((await destroy(updated, web)).draft)).toEqual({ flow: "H" });
  });

  test("of what was there before gives that back", async () => {
    const adopted = create(draftOf(anchor("flow", "one")), web, "one");
    const updated = update(adopted, web, "two");
    expect(contents((await destroy(updated, web)).draft)).toEqual({ flow: "one" });
  });
});

describe("something put by hand in the place of ours", () => {
  test("stays, and what ours had displaced is kept for people to find", async () => {
    const placed = create(draftOf(anchor("flow", "X")), web, "one", { replace: true });
    const byHand = { ...placed, store: draftOf(anchor("flow", "H")).store };
    const { draft, removal } = await destroy(byHand, web);
    expect(removal).toBe("not-ours");
    expect(contents(draft)).toEqual({ flow: "H" });
    expect(draft.kept?.entries.map(({ alias }) => alias)).toEqual(["flow"]);
    expect(claims(draft)).toEqual([]);
  });
});

describe("a record of version 1", () => {
  test("gives back what it displaced from the original store", async () => {
    // GIVEN
    const claim = claimIdOfVersion1({ kind: "anchor", alias: "flow", sha256: sha256Of("one") });
    const old = {
      ...draftOf(anchor("flow", "one")),
      ownership: {
        created: false,
        claims: {
          [claim]: {
            owner: "v1",
            declaredAt: "trust_truststore_entry flow",
            kind: "anchor" as const,
            at: "flow",
            content: contentOfVersion1(sha256Of("one")),
            origin: "displaced" as const,
            kept: { place: "orig" as const },
          },
        },
      },
    };

    // WHEN
    const { draft } = await destroy(old, { ...web, claim }, { original: draftOf(anchor("flow", "X")).store });

    // THEN
    expect(contents(draft)).toEqual({ flow: "X" });
  });
});
