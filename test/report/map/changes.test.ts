import { stackOf } from "../../../lib/model";
import { trustMapMarkdown, trustMapPage } from "../../../lib/report/map";
import { readMap } from "../../../lib/report/map/data/readMap";
import { type EstateOptions, estate } from "../../support/estate";
import { ESTATE_NOW } from "../../support/estateParts";

const now = ESTATE_NOW;

/** An estate and what is compared with it: the same with other options. */
function compared(hops: number, options: Partial<EstateOptions>, before: Partial<EstateOptions> = {}) {
  const earlier = estate({ hops, ...before });
  const stacks = [...new Set(earlier.plan.hops.map(({ id }) => stackOf(id)))];
  return { judged: estate({ hops, ...options }), against: { ...earlier, stacks } };
}

/** Endpoints whose certificate the older authority issued. */
function ofG2(hops: number, count: number): Set<string> {
  const { hops: read } = readMap(estate({ hops }), { now });
  const keys = read
    .filter(({ endpoint }) => endpoint.branch.issuer?.name === "Example Issuing CA G2")
    .map(({ endpoint }) => endpoint.key);
  return new Set([...new Set(keys)].slice(0, count));
}

describe("what changes since an earlier plan", () => {
  test("is nothing where nothing does", () => {
    const { judged, against } = compared(50, {});
    const { changes, hops } = readMap(judged, { now, against });
    expect(changes).toEqual({
      broken: [],
      added: [],
      removed: [],
      certificates: [],
      repaired: [],
      others: [],
    });
    expect(hops.filter(({ change }) => change !== undefined)).toEqual([]);
    expect(trustMapPage(judged, { now, against })).toContain("<p>Nothing.</p>");
  });

  test("is one line for a renewal of many endpoints by another authority", () => {
    const renewed = ofG2(500, 7);
    const { judged, against } = compared(500, { renewed });
    const { changes, hops } = readMap(judged, { now, against });
    const count = hops.filter(({ change }) => change === "changed").length;
    expect(changes?.certificates).toMatchObject([
      { role: "server", issuedBefore: "Example Issuing CA G2", issuedNow: "Example Issuing CA G3" },
    ]);
    expect(changes?.certificates[0]?.renewals).toHaveLength(7);
    expect(trustMapMarkdown(judged, { now, against })).toContain(
      `- Δ 7 endpoints, ${count} hops: new server certificate, Example Issuing CA G2 → Example Issuing CA G3, until 2027-12-21: `,
    );
  });

  test("has new and removed hops, and draws those that are gone by the certificates they had", () => {
    const { judged, against } = compared(50, { without: new Set([7, 9]) }, { without: new Set([2]) });
    const { changes, hops } = readMap(judged, { now, against });
    expect(changes).toMatchObject({ added: [{ change: "added" }], removed: [{}, {}] });
    expect(hops.filter(({ change }) => change === "removed")).toHaveLength(2);
    const page = trustMapPage(judged, { now, against });
    expect(page).toContain("1 new, 2 removed, 0 changed hops");
    expect(page.match(/<tr id="h\d+" class="gone">/g)).toHaveLength(2);
    expect(page).toContain(`of ${judged.plan.hops.length} hops fail`);
  });

  test("begins with hops that fail now and did not, by cause", () => {
    const { judged, against } = compared(50, { failing: new Set([20, 21]), renewed: ofG2(50, 2) });
    const { changes } = readMap(judged, { now, against });
    expect(changes?.broken.flatMap(({ hops }) => hops)).toHaveLength(2);
    const lines = trustMapMarkdown(judged, { now, against }).split("\n");
    expect(lines.find((line) => line.startsWith("- "))).toMatch(/^- ✕ .*; fails now, /);
  });

  test("says what works again", () => {
    const { judged, against } = compared(50, {}, { failing: new Set([20]) });
    expect(readMap(judged, { now, against }).changes?.repaired).toHaveLength(1);
    expect(trustMapMarkdown(judged, { now, against })).toContain("- ✓ works now, 1 hop: ");
  });

  test("is nothing for stacks that the earlier plan does not speak of", () => {
    const { judged, against } = compared(50, { failing: new Set([20]) });
    const alone = { ...against, plan: { ...against.plan, hops: [] }, verdicts: [], stacks: ["elsewhere"] };
    expect(readMap(judged, { now, against: alone }).changes).toMatchObject({ added: [], broken: [] });
  });

  test("counts an earlier plan without verdicts as one that was not refused", () => {
    const { judged, against } = compared(50, { failing: new Set([20]) });
    const { changes, causes } = readMap(judged, { now, against: { ...against, verdicts: [] } });
    expect(changes).toMatchObject({ repaired: [], others: [] });
    expect(changes?.broken).toEqual(causes);
  });

  test("is not that a hop is not judged now", () => {
    const { judged, against } = compared(50, {});
    const { changes } = readMap({ ...judged, verdicts: [] }, { now, against });
    expect(changes).toMatchObject({ broken: [], repaired: [], others: [], certificates: [] });
  });
});

describe("a comment of a pull request", () => {
  test("has a diagram of what changes, where it is little", () => {
    const { judged, against } = compared(50, { without: new Set([7]) });
    const markdown = trustMapMarkdown(judged, { now, against });
    expect(markdown).toMatch(
      /```mermaid\nflowchart LR\n {2}n0\["[^"]+"\]\n {2}n1\["[^"]+"\]\n {2}n0 -\.->\|"− removed"\| n1\n```/,
    );
    const many = compared(500, { renewed: ofG2(500, 9) });
    expect(trustMapMarkdown(many.judged, { now, against: many.against })).not.toContain("mermaid");
  });

  test("has codes of characters in its diagram, where they might be Mermaid's own", () => {
    const named = (name: string) => `${name}"];click n0 href "javascript:alert(1)`;
    const { judged, against } = compared(50, { without: new Set([7]), named }, { named });
    const [, diagram = ""] = /```mermaid\n([^]*?)```/.exec(trustMapMarkdown(judged, { now, against })) ?? [];
    expect(diagram).toContain("#34;#93;#59;click n0 href #34;javascript:alert#40;1");
    expect(
      diagram
        .split("\n")
        .every((line) => /^(flowchart LR| {2}n\d+(\["[^"\]]*"\]| -\S*->\|"[^"]*"\| n\d+)|)$/.test(line)),
    ).toBe(true);
  });

  test("never has more characters than GitHub takes", () => {
    const named = (name: string) => `${name} ${"long ".repeat(60)}`;
    const failing = new Set(Array.from({ length: 500 }, (_, number) => number));
    const { judged, against } = compared(500, { failing, named }, { named });
    const markdown = trustMapMarkdown(judged, { now, against });
    expect(markdown.length).toBeGreaterThan(50_000);
    expect(markdown.length).toBeLessThanOrEqual(60_000);
    expect(markdown).toMatch(/… and \d+ more lines: see the map\n$/);
  });
});
