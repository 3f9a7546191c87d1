import { fingerprintOf, placeEntry } from "../../../lib/provider/entries";
import type { OpenDraft } from "../../../lib/provider/storeDraft";
import {
  anchor,
  claimantFor,
  claimId,
  claims,
  contents,
  destroy,
  draftOf,
  leftBehind,
  refresh,
  type Row,
  rowOf,
  sha256Of,
} from "./support";

/** Puts a generation of an anchor into a store, which the lock says is trusted beside another one. */
function place(draft: OpenDraft, row: Row, content: string, generation: number): OpenDraft {
  const refuse = (): never => {
    throw new Error("refused");
  };
  const claimant = { ...claimantFor(row), generation, identity: "web/Certificate" };
  return placeEntry(draft, anchor(row.alias, content), claimant, {
    isSame: (existing) => fingerprintOf(existing) === sha256Of(content),
    onForeign: refuse,
    onOthers: refuse,
    onLost: refuse,
  });
}

const first = (number: number, owner = "web") => rowOf(claimId(number), owner, "flow", "g1");
const second = (number: number, owner = "web") => rowOf(claimId(number), owner, "flow", "g2");
const BOTH = { flow: "g2", "flow-previous": "g1" };

describe("two generations of an anchor that are declared at a time", () => {
  test.each([
    ["the newer one after the older one", ["g1", "g2"]],
    ["the older one after the newer one, as on a new host", ["g2", "g1"]],
  ])("stand in the same places: %s", (_order, contentsInOrder) => {
    const placed = contentsInOrder.reduce(
      (draft, content) =>
        content === "g1" ? place(draft, first(1), content, 1) : place(draft, second(2), content, 2),
      draftOf(anchor("root", "R")),
    );
    expect(contents(placed)).toEqual({ root: "R", ...BOTH });
    expect(refresh(placed, first(1))).toEqual(first(1));
    expect(refresh(placed, second(2))).toEqual(second(2));
  });

  test("are shared with another owner of both, in any order, and go with the last claim", async () => {
    let draft = place(place(draftOf(), first(1), "g1", 1), second(2), "g2", 2);
    draft = place(place(draft, second(3, "shop"), "g2", 2), first(4, "shop"), "g1", 1);
    expect(contents(draft)).toEqual(BOTH);
    expect(claims(draft)).toEqual([
      "flow shop created",
      "flow web created",
      "flow-previous shop created",
      "flow-previous web created",
    ]);
    draft = (await destroy(draft, first(1))).draft;
    expect(contents(draft)).toEqual(BOTH);
    draft = (await destroy(draft, first(4, "shop"))).draft;
    expect(contents(draft)).toEqual({ flow: "g2" });
  });

  test("the older one comes back under the alias where the newer one goes", async () => {
    const both = place(place(draftOf(), second(2), "g2", 2), first(1), "g1", 1);
    const { draft } = await destroy(both, second(2));
    expect(contents(draft)).toEqual({ flow: "g1" });
    expect(refresh(draft, first(1))).toEqual(first(1));
  });

  test.each(["not", "after the record", "after the store"] as const)(
    "converge after a run that was killed (%s), with claims that the state does not know",
    (killed) => {
      const before = place(draftOf(), first(1), "g1", 1);
      const left = leftBehind(killed, before, place(before, second(2), "g2", 2));
      const again = place(left, second(3), "g2", 2);
      expect(contents(again)).toEqual(BOTH);
      expect(refresh(again, first(1))).toEqual(first(1));
      expect(refresh(again, second(3))).toEqual(second(3));
    },
  );
});
