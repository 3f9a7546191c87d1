import { readMap } from "../../../lib/report/map/data/readMap";
import { layOutMatrix } from "../../../lib/report/map/drawing/matrixLayout";
import { PALETTE } from "../../../lib/report/map/drawing/palette";
import { settled } from "../../../lib/report/map/drawing/settle";
import { layOutWires } from "../../../lib/report/map/drawing/wiresLayout";
import { fitted, textWidth } from "../../../lib/report/map/drawing/text";
import { estate } from "../../support/estate";
import { ESTATE_NOW } from "../../support/estateParts";

const now = ESTATE_NOW;

describe("the tree of authorities", () => {
  test("has ours first, then others', then what is pinned one by one; each kind by name, never by count", () => {
    const { branches } = readMap(estate({ hops: 500 }), { now });
    const kinds = branches.map(({ kind }) => kind);
    expect(kinds).toEqual(["ours", ...kinds.filter((kind) => kind === "outside"), "self-signed"]);
    const names = branches.filter(({ kind }) => kind === "outside").map(({ name }) => name);
    expect(names).toEqual(names.toSorted());
    expect(branches[0]?.issuers.map(({ certificate }) => certificate?.name)).toEqual([
      "Example Issuing CA G2",
      "Example Issuing CA G3",
    ]);
  });
});

describe("wires", () => {
  const { wires, endpoints, issuers, branches, callers, height } = layOutWires(
    readMap(estate({ hops: 50 }), { now }),
  );

  test("have a lane of their own", () => {
    expect(new Set(wires.map(({ to }) => to)).size).toBe(50);
    expect(wires.map(({ lane }) => lane).toSorted((one, other) => one - other)).toEqual([
      ...Array(50).keys(),
    ]);
  });

  test("end within their endpoint, which is within what vouches for it", () => {
    const holds = (outer: { y: number; height: number }, inner: { y: number; height: number }) =>
      outer.y <= inner.y && inner.y + inner.height <= outer.y + outer.height;
    for (const { hop, to, from } of wires) {
      const endpoint = endpoints.find(({ part }) => part.key === hop.endpoint.key);
      const caller = callers.find(({ part }) => part.key === hop.caller.key);
      if (endpoint === undefined || caller === undefined) throw new Error("a wire ends nowhere");
      expect(holds(endpoint, { y: to, height: 0 })).toBe(true);
      expect(holds(caller, { y: from, height: 0 })).toBe(true);
      expect(issuers.filter((issuer) => holds(issuer, endpoint))).toHaveLength(1);
      expect(branches.filter((branch) => holds(branch, endpoint))).toHaveLength(1);
    }
  });

  test("have callers that do not cover each other, inside the picture", () => {
    const sorted = callers.toSorted((one, other) => one.y - other.y);
    for (const [index, { y }] of sorted.entries()) {
      const before = sorted[index - 1];
      if (before !== undefined) expect(y).toBeGreaterThanOrEqual(before.y + before.height);
    }
    const last = sorted.at(-1);
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(height);
  });
});

test("what would like to be at one height stands one below the other, and goes on where there is no room", () => {
  const box = (wanted: number) => ({ wanted, height: 10 });
  const places = (wanted: readonly number[], bottom: number) =>
    settled(wanted.map(box), { top: 0, bottom, gap: 2 }).map(({ y }) => y);
  expect(places([50, 50], 100)).toEqual([45, 57]);
  expect(places([95, 99], 100)).toEqual([78, 90]);
  expect(places([5, 5, 5], 20)).toEqual([0, 12, 24]);
});

describe("the matrix", () => {
  const layout = layOutMatrix(readMap(estate({ hops: 500 }), { now }));

  test("has each hop in one cell, in the row of its caller and the column of its endpoint", () => {
    expect(layout.cells.flatMap(({ hops }) => hops)).toHaveLength(500);
    for (const { hops, row, column } of layout.cells)
      for (const { caller, endpoint } of hops) {
        expect(layout.rows[row]?.caller.key).toBe(caller.key);
        expect(layout.columns[column]?.endpoint.key).toBe(endpoint.key);
      }
  });

  test("has every column below the bar of what vouches for it, and columns that can be picked", () => {
    expect(layout.columnWidth).toBeGreaterThanOrEqual(12);
    for (const { columns, x, width, part } of layout.branches) {
      const below = layout.columns.slice(columns[0], columns[1] + 1);
      expect(below.map(({ endpoint }) => endpoint.branch.kind)).toEqual(below.map(() => part.kind));
      for (const column of below) expect(column.x >= x && column.x < x + width).toBe(true);
    }
  });
});

test("a text is cut to its room, and to nothing where that would say nothing", () => {
  expect(fitted("Order API", 200, 12)).toBe("Order API");
  const cut = fitted("Integration Server of the bank", 100, 12);
  expect(cut).toMatch(/^Integra.*…$/);
  expect(textWidth(cut, 12)).toBeLessThanOrEqual(112);
  expect(fitted("Integration Server", 10, 12)).toBe("");
});

describe("colours", () => {
  const texts = ["ink", "muted", "fails", "soon", "added", "changed"] as const;
  const lines = ["wire", "soonLine"] as const;
  const contrasts = (["light", "dark"] as const).flatMap((theme) => [
    ...texts.map((name) => [theme, name, 4.5] as const),
    ...lines.map((name) => [theme, name, 3] as const),
  ]);

  test.each(contrasts)("of the %s page: %s has a contrast of %d", (theme, name, least) => {
    expect(contrast(PALETTE[name][theme], PALETTE.page[theme])).toBeGreaterThanOrEqual(least);
    if (least === 4.5)
      expect(contrast(PALETTE[name][theme], PALETTE.block[theme])).toBeGreaterThanOrEqual(least);
  });
});

/** WCAG 2.2, contrast ratio. */
function contrast(one: string, other: string): number {
  const [light = 1, dark = 1] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
