import fc from "fast-check";
import { findEntry, removeEntry, setEntry } from "../../../lib/keystore";
import { holdsContent, settleClaims } from "../../../lib/provider/entries";
import { claimsAt } from "../../../lib/provider/entries/claimsOn";
import type { OpenDraft } from "../../../lib/provider/storeDraft";
import {
  anchor,
  claimId,
  contents,
  create,
  destroy,
  draftOf,
  type Killed,
  leftBehind,
  refresh,
  Refused,
  type Row,
  rowOf,
  update,
} from "./support";

type Alias = "a" | "b";
type Owner = "web" | "shop";

/** What one of two owners, or a person with keytool, does to one alias. */
type Step =
  | {
      readonly what: "create" | "update" | "update unseen";
      readonly owner: Owner;
      readonly alias: Alias;
      readonly content: string;
      readonly killed: Killed;
    }
  | {
      readonly what: "destroy";
      readonly owner: Owner;
      readonly alias: Alias;
      readonly newest: boolean;
      readonly killed: Killed;
    }
  | { readonly what: "put by hand"; readonly alias: Alias; readonly content: string }
  | { readonly what: "delete by hand"; readonly alias: Alias };

const owner = fc.constantFrom<Owner>("web", "shop");
const alias = fc.constantFrom<Alias>("a", "b");
const declared = fc.constantFrom("s1", "s2", "s3");
const killed = fc.constantFrom<Killed>("not", "not", "after the record", "after the store");
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      what: fc.constantFrom("create", "update", "update unseen"),
      owner,
      alias,
      content: declared,
      killed,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ what: fc.constant("destroy"), owner, alias, newest: fc.boolean(), killed }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      what: fc.constant("put by hand"),
      alias,
      content: fc.constantFrom("h1", "h2", "s1"),
    }),
  },
  { weight: 1, arbitrary: fc.record({ what: fc.constant("delete by hand"), alias }) },
);

/** A store that two owners and people share, and what Terraform and the people know. */
class World {
  draft: OpenDraft;
  rows: Row[] = [];
  /** What people last put under an alias and did not take out again. */
  readonly people = new Map<string, string>();
  /** All that people ever put anywhere. */
  readonly everPut = new Set<string>(["R"]);
  private lastClaim = 0;

  constructor(before: Readonly<Record<string, string>>) {
    this.draft = draftOf(...Object.entries(before).map(([name, content]) => anchor(name, content)));
    for (const [name, content] of Object.entries(before)) this.remember(name, content);
  }

  async take(taken: Step): Promise<void> {
    if (taken.what === "put by hand") return this.putByHand(taken.alias, taken.content);
    if (taken.what === "delete by hand") return this.deleteByHand(taken.alias);
    const unseen = taken.what === "update unseen";
    const rows = this.rowsOf(taken.owner, taken.alias);
    const current = unseen ? rows : rows.flatMap((row) => this.refreshed(row));
    // Whoever has what is declared keeps it; a person's edit of it others may put right.
    const bystanders = this.rows.filter(
      (row) =>
        !rows.includes(row) &&
        Object.hasOwn(this.draft.ownership.claims, row.claim) &&
        refresh(this.draft, row)?.content === row.content,
    );
    if (taken.what === "create") await this.create(taken, current);
    else if (taken.what === "destroy") await this.destroyOne(taken, current);
    else await this.update(taken, current.at(-1));
    for (const row of bystanders) expect(refresh(this.draft, row)).toEqual(row);
    return undefined;
  }

  /** Destroys what is left, in the given order. */
  async end(order: readonly number[]): Promise<void> {
    for (let index = 0; this.rows.length > 0; index += 1) {
      const row = this.rows[(order[index] ?? 0) % this.rows.length];
      if (row === undefined) return;
      for (const one of this.refreshed(row))
        this.draft = settleClaims((await destroy(this.draft, one)).draft);
      this.rows = this.rows.filter(({ claim }) => claim !== row.claim);
    }
  }

  /** Nothing of people's is lost: it is in its place, or beside it, or kept. */
  requireNothingLost(): void {
    for (const [name, content] of this.people) {
      const inStore = Object.entries(contents(this.draft)).some(
        ([at, held]) => held === content && (at === name || at.startsWith(`${name}-previous`)),
      );
      const kept = this.draft.kept?.entries.some(
        (entry) => entry.kind === "anchor" && Buffer.from(entry.certificate).toString() === content,
      );
      expect([name, inStore || kept === true]).toEqual([name, true]);
    }
    expect(contents(this.draft)).toMatchObject({ root: "R" });
  }

  /**
   * Nothing of ours is left, and people have what they put there. Where they have put one thing over another time
   * and again while ours stood between, one of them is in its place and the other in the kept store.
   */
  requireNothingLeft(): void {
    this.requireNothingLost();
    const left = contents(this.draft);
    for (const name of this.people.keys()) expect(Object.keys(left)).toContain(name);
    for (const content of Object.values(left)) expect(this.everPut).toContain(content);
  }

  private async create(
    { owner: of, alias: at, content, killed: when }: Extract<Step, { content: string; owner: Owner }>,
    rows: readonly Row[],
  ): Promise<void> {
    // Two resources of one configuration never declare the same; Terraform knows two generations at most.
    const wanted = rowOf("", of, at, content);
    if (rows.length > 1 || this.rowsOf(of, at).some((row) => row.content === wanted.content)) return;
    const draw = () => rowOf(claimId((this.lastClaim += 1)), of, at, content);
    const attempt = draw();
    const isDone = await this.perform(when, (draft) => create(draft, attempt, content, { replace: true }));
    if (!isDone) return;
    if (when === "not") this.rows.push(attempt);
    else {
      // The state knows nothing of what was killed, and the next apply draws another claim.
      const again = draw();
      if (await this.perform("not", (draft) => create(draft, again, content, { replace: true })))
        this.rows.push(again);
    }
  }

  private async update(
    { owner: of, alias: at, content, killed: when }: Extract<Step, { content: string; owner: Owner }>,
    prior: Row | undefined,
  ): Promise<void> {
    if (prior === undefined) return;
    const wanted = rowOf(prior.claim, of, at, content);
    if (this.rowsOf(of, at).some((row) => row.claim !== prior.claim && row.content === wanted.content))
      return;
    const isDone = await this.perform(when, (draft) => update(draft, prior, content));
    if (!isDone) return;
    if (when !== "not") {
      const [seen] = this.refreshed(prior);
      if (seen === undefined) return;
      if (!(await this.perform("not", (draft) => update(draft, seen, content)))) return;
    }
    this.rows = this.rows.map((row) => (row.claim === prior.claim ? wanted : row));
  }

  private async destroyOne(
    { newest, killed: when }: Extract<Step, { what: "destroy" }>,
    rows: readonly Row[],
  ): Promise<void> {
    const row = newest ? rows.at(-1) : rows[0];
    if (row === undefined) return;
    await this.perform(when, async (draft) => (await destroy(draft, row)).draft);
    if (when !== "not") {
      for (const again of this.refreshed(row))
        await this.perform("not", async (draft) => (await destroy(draft, again)).draft);
    }
    this.rows = this.rows.filter(({ claim }) => claim !== row.claim);
  }

  private async perform(
    when: Killed,
    change: (draft: OpenDraft) => OpenDraft | Promise<OpenDraft>,
  ): Promise<boolean> {
    try {
      const after = await change(this.draft);
      this.draft = leftBehind(when, this.draft, after);
      return true;
    } catch (error) {
      if (error instanceof Refused) return false;
      throw error;
    }
  }

  /** As a plan sees it; a row whose thing is gone is dropped. */
  private refreshed(row: Row): Row[] {
    const seen = refresh(this.draft, row);
    if (seen === undefined) this.rows = this.rows.filter(({ claim }) => claim !== row.claim);
    return seen === undefined ? [] : [seen];
  }

  private rowsOf(of: Owner, at: Alias): Row[] {
    return this.rows.filter((row) => row.owner === of && row.alias === at);
  }

  private putByHand(at: Alias, content: string): void {
    const { store } = this.draft;
    // Nobody can tell the same certificate from the one that is there.
    if (contents(this.draft)[at] === content) return;
    const before = this.displacedByOurs(at, content);
    this.draft = settleClaims({
      ...this.draft,
      store: setEntry(removeEntry(store, at), anchor(at, content)),
    });
    if (before === "nothing") this.people.delete(at);
    else this.remember(at, before?.content ?? content);
  }

  /** Where somebody puts back what is ours: what that had displaced. */
  private displacedByOurs(at: Alias, content: string): { readonly content: string } | "nothing" | undefined {
    const ours = claimsAt(this.draft.ownership, at).filter((claim) =>
      holdsContent(anchor(at, content), claim.content),
    );
    if (ours.length === 0) return undefined;
    if (ours.some(({ origin }) => origin === "adopted")) return { content };
    for (const { id } of ours) {
      const entry = this.draft.kept === undefined ? undefined : findEntry(this.draft.kept, id);
      if (entry?.kind === "anchor") return { content: Buffer.from(entry.certificate).toString() };
    }
    return "nothing";
  }

  private deleteByHand(at: Alias): void {
    const existing = findEntry(this.draft.store, at);
    const held = existing?.kind === "anchor" ? Buffer.from(existing.certificate).toString() : undefined;
    if (held !== undefined && held === this.people.get(at)) this.people.delete(at);
    this.draft = settleClaims({ ...this.draft, store: removeEntry(this.draft.store, at) });
  }

  private remember(at: string, content: string): void {
    this.people.set(at, content);
    this.everPut.add(content);
  }
}

test("whatever two owners and people do in whatever order, killed or not, nothing of people's is lost and nothing of ours is left", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 16 }),
      fc.constantFrom({ root: "R" }, { root: "R", a: "h0" }, { root: "R", a: "s1" }),
      fc.array(fc.nat(9), { minLength: 6, maxLength: 6 }),
      async (steps, before, order) => {
        // GIVEN
        const world = new World(before);

        // WHEN
        for (const taken of steps) {
          await world.take(taken);
          // THEN
          world.requireNothingLost();
        }
        await world.end(order);

        // THEN
        world.requireNothingLeft();
        expect(world.draft.ownership.claims).toEqual({});
      },
    ),
    { numRuns: process.env["SLOW"] === "1" ? 50_000 : 500 },
  );
});
