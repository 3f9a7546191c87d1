import fc from "fast-check";
import { noOwnership, type Ownership } from "../../lib/hosts";
import { type AnchorEntry, createStore, findEntry, setEntry, type Store } from "../../lib/keystore";
import {
  fingerprintOf,
  locateEntry,
  placeEntry,
  previousAlias,
  withdrawEntry,
  withoutEmptyClaims,
} from "../../lib/provider/entryPlacement";

type Draft = { readonly store: Store; readonly ownership: Ownership };

/** Only its bytes matter here, not that it is a certificate. */
const anchor = (alias: string, content: string): AnchorEntry => ({
  kind: "anchor",
  alias,
  certificate: Buffer.from(content),
});
const sha256 = (content: string): string => fingerprintOf(anchor("any", content)) ?? "";
const storeOf = (...entries: AnchorEntry[]): Store =>
  entries.reduce((store, entry) => setEntry(store, entry), createStore("jks"));
const contents = ({ store }: Draft): Record<string, string> =>
  Object.fromEntries(
    store.entries.map((entry) => [
      entry.alias,
      entry.kind === "anchor" ? Buffer.from(entry.certificate).toString() : entry.kind,
    ]),
  );

function place(
  draft: Draft,
  alias: string,
  content: string,
  options = { takesPlace: false, replace: false },
): Draft {
  const placed = placeEntry(draft, anchor(alias, content), {
    takesPlace: options.takesPlace,
    isSame: (existing) => existing.kind === "anchor" && fingerprintOf(existing) === sha256(content),
    onForeign: () => {
      if (!options.replace) throw new Error("foreign");
    },
    onPreviousTaken: (taken) => {
      throw new Error(`${taken} is taken`);
    },
  });
  if (placed.store === undefined) throw new Error("no store");
  return { store: placed.store, ownership: placed.ownership };
}

async function withdraw(draft: Draft, alias: string, content: string, original?: Store) {
  const { draft: after, removal } = await withdrawEntry(draft, alias, sha256(content), async () => original);
  if (after.store === undefined) throw new Error("no store");
  return { draft: { store: after.store, ownership: after.ownership }, removal };
}

const find = (draft: Draft, alias: string, content: string) =>
  locateEntry(draft, "anchor", alias, sha256(content));

describe("an anchor that takes over from an older one", () => {
  const before: Draft = { store: storeOf(anchor("root", "R")), ownership: noOwnership };

  test("moves it aside, and each resource finds its own", async () => {
    // WHEN
    const both = place(place(before, "flow", "one"), "flow", "two");

    // THEN
    expect(contents(both)).toEqual({ root: "R", flow: "two", "flow-previous": "one" });
    expect(find(both, "flow", "one")?.isPrevious).toBe(true);
    expect(find(both, "flow", "two")?.isPrevious).toBe(false);

    // WHEN
    const { draft: after, removal } = await withdraw(both, "flow", "one");

    // THEN
    expect(removal).toBe("removed");
    expect(contents(after)).toEqual({ root: "R", flow: "two" });
    expect(Object.keys(after.ownership.entries)).toEqual(["flow"]);
  });

  test("does not move somebody else's entry out of the way", () => {
    // GIVEN
    const taken = { ...before, store: setEntry(before.store, anchor(previousAlias("flow"), "X")) };

    // THEN
    expect(() => place(place(taken, "flow", "one"), "flow", "two")).toThrow("flow-previous is taken");
  });

  test("is gone for its resource once two newer ones have come", () => {
    const third = place(place(place(before, "flow", "one"), "flow", "two"), "flow", "three");
    expect(contents(third)).toEqual({ root: "R", flow: "three", "flow-previous": "two" });
    expect(find(third, "flow", "one")).toBeUndefined();
  });
});

describe("somebody else's entry", () => {
  const before: Draft = { store: storeOf(anchor("flow", "X")), ownership: noOwnership };

  test("is refused, or displaced and put back in its place", async () => {
    expect(() => place(before, "flow", "one")).toThrow("foreign");

    // WHEN
    const displaced = place(before, "flow", "one", { takesPlace: false, replace: true });
    const { draft: after, removal } = await withdraw(displaced, "flow", "one", before.store);

    // THEN
    expect(contents(displaced)).toEqual({ flow: "one" });
    expect(removal).toBe("restored");
    expect(after).toEqual(before);
  });

  test("that came by hand shows, is replaced by an update, and is left by a destroy", async () => {
    // GIVEN
    const ours = place({ store: storeOf(), ownership: noOwnership }, "flow", "one");
    const byHand = { ...ours, store: setEntry(ours.store, anchor("flow", "X")) };

    // THEN
    expect(fingerprintOf(find(byHand, "flow", "one")?.entry ?? anchor("", ""))).toBe(sha256("X"));
    expect(contents(place(byHand, "flow", "one", { takesPlace: true, replace: false }))).toEqual({
      flow: "one",
    });
    const { draft: after, removal } = await withdraw(byHand, "flow", "X");
    expect(removal).toBe("not-ours");
    expect(contents(after)).toEqual({ flow: "X" });
    expect(after.ownership).toEqual(noOwnership);
  });
});

/** What Terraform does to one alias, and whether it is killed at it. */
interface Step {
  readonly alias: "a" | "b";
  readonly what: "create" | "destroy newest" | "destroy oldest" | "update";
  readonly killed: "not" | "after the record" | "after the store";
}

const step = fc.record<Step>({
  alias: fc.constantFrom("a", "b"),
  what: fc.constantFrom("create", "destroy newest", "destroy oldest", "update"),
  killed: fc.constantFrom("not", "after the record", "after the store"),
});

/** As the session opens it. */
function opened({ store, ownership }: Draft): Draft {
  return { store, ownership: withoutEmptyClaims(store, ownership) };
}

/** What the session leaves on the host where it is killed: a record of both, and one of the two stores. */
function killedAt(killed: Step["killed"], before: Draft, after: Draft): Draft {
  const entries = { ...before.ownership.entries, ...after.ownership.entries };
  const ownership = { ...after.ownership, entries };
  return { store: killed === "after the store" ? after.store : before.store, ownership };
}

test("whatever is done in whatever order, killed or not, what is not ours stays and all that is ours goes", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), fc.boolean(), async (steps, foreign) => {
      // GIVEN
      const original = storeOf(anchor("root", "R"), ...(foreign ? [anchor("a", "X")] : []));
      let draft: Draft = { store: original, ownership: noOwnership };
      const live: Record<"a" | "b", string[]> = { a: [], b: [] };
      let generation = 0;

      const perform = async (killed: Step["killed"], change: (draft: Draft) => Draft | Promise<Draft>) => {
        if (killed !== "not") draft = opened(killedAt(killed, draft, await change(draft)));
        draft = opened(await change(draft));
      };
      const destroy = (alias: "a" | "b", content: string, killed: Step["killed"]) =>
        perform(killed, async (before) => {
          // Terraform refreshes first, and destroys only what it finds.
          if (find(before, alias, content) === undefined) return before;
          return (await withdraw(before, alias, content, original)).draft;
        });

      // WHEN
      for (const { alias, what, killed } of steps) {
        const generations = live[alias];
        const content = `${alias}${generation}`;
        if (what === "create" && generations.length < 2) {
          generation += 1;
          await perform(killed, (before) =>
            place(before, alias, content, { takesPlace: false, replace: true }),
          );
          generations.push(content);
        } else if (what === "update" && generations.length === 1) {
          generation += 1;
          await perform(killed, (before) =>
            place(before, alias, content, { takesPlace: true, replace: false }),
          );
          generations.splice(0, 1, content);
        } else if (what.startsWith("destroy")) {
          const gone = what === "destroy newest" ? generations.pop() : generations.shift();
          if (gone !== undefined) await destroy(alias, gone, killed);
        }

        // THEN every live generation is found by its own fingerprint, and the newest under the alias itself
        for (const [name, contentsOfAlias] of [
          ["a", live.a],
          ["b", live.b],
        ] as const) {
          for (const one of contentsOfAlias) {
            expect(fingerprintOf(find(draft, name, one)?.entry ?? anchor("", ""))).toBe(sha256(one));
          }
          const newest = contentsOfAlias.at(-1);
          const held = findEntry(draft.store, name);
          if (newest !== undefined) expect(held && fingerprintOf(held)).toBe(sha256(newest));
        }
        expect(contents(draft)).toMatchObject({ root: "R" });
      }

      for (const alias of ["a", "b"] as const) {
        const newestFirst = live[alias].map((_, index, all) => all[all.length - 1 - index] ?? "");
        for (const content of newestFirst) await destroy(alias, content, "not");
      }
      expect(contents(draft)).toEqual(contents({ store: original, ownership: noOwnership }));
      expect(draft.ownership).toEqual(noOwnership);
    }),
    { numRuns: process.env["SLOW"] === "1" ? 20_000 : 500 },
  );
});
