import { groupBy } from "../../../model/groupBy";
import type { Branch, IssuerBranch, MapCaller, MapData, MapEndpoint, MapHop } from "../data/mapData";
import { ordered } from "../order";

/** Heights of the parts of the matrix's head. */
export const MATRIX = {
  /** Of a bar of authorities. */
  bar: 19,
  /** Top of the bars of issuers. */
  issuers: 22,
  /** Room for the names of endpoints, which stand on end. */
  names: 192,
  row: 14,
  labels: 176,
} as const;

const GROUP_HEADER = 24;
const GAPS = { group: 3, issuer: 6, branch: 12 } as const;
/** Columns are as wide as lets all of them stand on a page, but no narrower than can be picked. */
const COLUMN = { least: 12, most: 16 } as const;
const PAGE = 1180;

export interface Column {
  readonly endpoint: MapEndpoint;
  /** Its left side. */
  readonly x: number;
}

export interface Bar<Part> {
  readonly part: Part;
  readonly x: number;
  readonly width: number;
  /** First and last column below it. */
  readonly columns: readonly [number, number];
}

export interface Row {
  readonly caller: MapCaller;
  /** Its upper side. */
  readonly y: number;
}

export interface Cell {
  /** Several where one caller has several calls to one endpoint. */
  readonly hops: readonly MapHop[];
  readonly column: number;
  readonly row: number;
}

export interface MatrixLayout {
  readonly columnWidth: number;
  /** Of the cells, without the callers' names. */
  readonly width: number;
  /** Of the cells, without the head. */
  readonly height: number;
  readonly columns: readonly Column[];
  readonly branches: readonly Bar<Branch>[];
  readonly issuers: readonly Bar<IssuerBranch>[];
  readonly groups: readonly { readonly name: string; readonly y: number }[];
  readonly rows: readonly Row[];
  readonly cells: readonly Cell[];
}

/** Callers by stack to the left, endpoints under what vouches for them on top. */
export function layOutMatrix({ hops, branches }: MapData): MatrixLayout {
  const top = new Top(branches);
  const known = [...new Map(hops.map(({ caller }) => [caller.key, caller])).values()];
  const rows: Row[] = [];
  const groups: { name: string; y: number }[] = [];
  let y = 0;
  const callersOf = groupBy(
    ordered(known, ({ group, label, key }) => [group, label, key]),
    ({ group }) => group,
  );
  for (const [name, callers] of callersOf) {
    y += GROUP_HEADER;
    groups.push({ name, y: y - 6 });
    for (const caller of callers) {
      rows.push({ caller, y });
      y += MATRIX.row;
    }
  }
  const columnOf = new Map(top.columns.map(({ endpoint }, column) => [endpoint.key, column]));
  const rowOf = new Map(rows.map(({ caller }, row) => [caller.key, row]));
  const cells = [...groupBy(hops, ({ caller, endpoint }) => `${caller.key} ${endpoint.key}`).values()].map(
    (same): Cell => ({
      hops: same,
      column: columnOf.get(same[0]?.endpoint.key ?? "") ?? 0,
      row: rowOf.get(same[0]?.caller.key ?? "") ?? 0,
    }),
  );
  return {
    columnWidth: top.columnWidth,
    width: top.width,
    height: y + 8,
    columns: top.columns,
    branches: top.branches,
    issuers: top.issuers,
    groups,
    rows,
    cells: ordered(cells, ({ row, column }) => [row, column]),
  };
}

/** The columns, from left to right in the order of the tree. */
class Top {
  readonly columnWidth: number;
  readonly columns: Column[] = [];
  readonly branches: Bar<Branch>[] = [];
  readonly issuers: Bar<IssuerBranch>[] = [];
  width = 0;

  constructor(branches: readonly Branch[]) {
    const count = branches.reduce(
      (sum, { issuers }) => sum + issuers.reduce((those, { endpoints }) => those + endpoints.length, 0),
      0,
    );
    const gaps = branches.length * GAPS.branch + 40;
    const fitting = Math.floor((PAGE - gaps) / Math.max(1, count));
    this.columnWidth = Math.min(COLUMN.most, Math.max(COLUMN.least, fitting));
    for (const [index, branch] of branches.entries()) {
      if (index > 0) this.width += GAPS.branch;
      const from = { x: this.width, column: this.columns.length };
      this.addIssuers(branch.issuers);
      this.branches.push(this.barOf(branch, from));
    }
  }

  private addIssuers(issuers: readonly IssuerBranch[]): void {
    for (const [index, issuer] of issuers.entries()) {
      if (index > 0) this.width += GAPS.issuer;
      const from = { x: this.width, column: this.columns.length };
      for (const [place, endpoint] of issuer.endpoints.entries()) {
        const before = issuer.endpoints[place - 1];
        if (before !== undefined && before.group !== endpoint.group) this.width += GAPS.group;
        this.columns.push({ endpoint, x: this.width });
        this.width += this.columnWidth;
      }
      this.issuers.push(this.barOf(issuer, from));
    }
  }

  private barOf<Part>(part: Part, from: { readonly x: number; readonly column: number }): Bar<Part> {
    return {
      part,
      x: from.x,
      width: this.width - from.x,
      columns: [from.column, this.columns.length - 1],
    };
  }
}
