import type { MapCertificate, MapData } from "../data/mapData";
import { type Markup, joined, markup } from "../markup";
import type { MapNumbers } from "../numbers";
import { counted } from "../words";
import { cellMark } from "./cellMark";
import { type Drawing, pickable } from "./drawing";
import { endText } from "./marks";
import { type Bar, MATRIX, type MatrixLayout, layOutMatrix } from "./matrixLayout";
import { plain } from "./palette";
import { firstFitting, fitted, textWidth } from "./text";

const TEXT = 11;
/** Bold text is so much wider. */
const BOLD = 1.09;
/** Narrower bars have no room for a name: their columns say it. */
const LEAST_NAMED = 64;

/** The matrix in parts, so that a page may keep its head and its names in sight. */
export interface MatrixParts {
  readonly head: Markup;
  readonly names: Markup;
  readonly cells: Markup;
  readonly width: number;
  readonly headHeight: number;
  readonly height: number;
}

/** Callers down the side, endpoints along the top under what vouches for them: for more hops than wires can show. */
export function matrixParts(data: MapData, numbers: MapNumbers): MatrixParts {
  const layout = layOutMatrix(data);
  const first = { isFirst: true };
  return {
    head: joined([bars(layout, numbers, data.now), columnNames(layout, numbers, data.now)]),
    names: rowNames(layout, numbers),
    cells: joined([
      grid(layout),
      markup`<path class="across" d=""/><path class="down" d=""/>`,
      ...layout.cells.map((cell) => cellMark(cell, layout, numbers, first)),
    ]),
    width: layout.width + 4,
    headHeight: headHeight(),
    height: layout.height,
  };
}

/** The matrix as one picture. */
export function drawMatrix(data: MapData, numbers: MapNumbers): Drawing {
  const { head, names, cells, width, headHeight: top, height } = matrixParts(data, numbers);
  const body = markup`<g transform="translate(${MATRIX.labels},0)">${head}</g><g transform="translate(0,${top})">${names}</g><g transform="translate(${MATRIX.labels},${top})">${cells}</g>`;
  return { kind: "matrix", width: MATRIX.labels + width, height: top + height, body };
}

function headHeight(): number {
  return MATRIX.issuers + MATRIX.bar + MATRIX.names;
}

function bars(layout: MatrixLayout, numbers: MapNumbers, now: Date): Markup {
  return joined([
    ...layout.branches.map((bar) =>
      barMark(bar, { y: 0, row: -3, name: bar.part.name, isAnchor: true, numbers, now }),
    ),
    ...layout.issuers
      .filter(({ part }) => part.certificate !== undefined)
      .map((bar) =>
        barMark(bar, {
          y: MATRIX.issuers,
          row: -2,
          name: bar.part.certificate?.name ?? "",
          isAnchor: false,
          numbers,
          now,
        }),
      ),
  ]);
}

interface BarOptions {
  readonly y: number;
  readonly row: number;
  readonly name: string;
  readonly isAnchor: boolean;
  readonly numbers: MapNumbers;
  readonly now: Date;
}

function barMark(
  { part, x, width, columns }: Bar<{ readonly certificate?: MapCertificate; readonly hops: number }>,
  { y, row, name, isAnchor, numbers, now }: BarOptions,
): Markup {
  const { certificate, hops } = part;
  const end = certificate === undefined ? undefined : endText(certificate, now);
  const until = end === undefined ? [] : [end.text];
  const ways = [
    [name, ...until, counted(hops, "hop")],
    [name, ...until],
    [name],
    [name.split(",")[0] ?? name],
  ].map((way) => way.join(" · "));
  const text =
    width < LEAST_NAMED ? "" : (firstFitting(ways, width - 16, TEXT) ?? fitted(name, width - 12, TEXT));
  const kind = end?.kind ?? "";
  const stroke =
    kind === "" ? "" : markup` stroke="${plain(kind === "soon" ? "soonLine" : "fails")}" stroke-width="2"`;
  const strong = isAnchor ? markup` class="strong" font-weight="600"` : "";
  const content = markup`<rect class="block" fill="${plain("block")}" x="${x}" y="${y + 1}" width="${width}" height="${MATRIX.bar - 2}" rx="3"${stroke}/><text${strong} x="${x + 7}" y="${y + 13.5}">${text}</text>`;
  const classes = `authority ${kind}${certificate === undefined ? " group" : ""}`;
  if (certificate === undefined) return markup`<g class="${classes}">${content}</g>`;
  return pickable(content, {
    classes,
    certificate: numbers.certificate(certificate),
    place: [...columns, row, row],
  });
}

function columnNames(layout: MatrixLayout, numbers: MapNumbers, now: Date): Markup {
  const counts = new Map<string, number>();
  for (const { endpoint } of layout.columns)
    counts.set(endpoint.label, (counts.get(endpoint.label) ?? 0) + 1);
  const bottom = headHeight() - 4;
  const unnamed = new Map(
    [...layout.branches, ...layout.issuers]
      .filter(({ width, part }) => width < LEAST_NAMED && part.certificate !== undefined)
      .flatMap(({ columns: [from, to], part }) =>
        Array.from({ length: to - from + 1 }, (_, index) => [from + index, part.certificate?.name ?? ""]),
      ),
  );
  return joined(
    layout.columns.map(({ endpoint, x }, column) => {
      const isRepeated = (counts.get(endpoint.label) ?? 0) > 1;
      const [leaf] = endpoint.chain;
      const end = leaf === undefined ? undefined : endText(leaf, now);
      const kind = end?.kind ?? "";
      const name = `${endpoint.label}${isRepeated ? ` :${endpoint.port}` : ""}`;
      const after = kind === "" ? (unnamed.get(column) ?? "") : (end?.text ?? "");
      const room = MATRIX.names - 12;
      const reserved = after === "" ? 0 : Math.min(84, textWidth(after, TEXT) * BOLD + 6);
      const named = fitted(name, (room - reserved) / BOLD, TEXT);
      const rest = fitted(after, (room - textWidth(named, TEXT) * BOLD - 4) / BOLD, TEXT);
      const centre = x + layout.columnWidth / 2 + 4;
      const content = markup`<rect class="target" fill="none" pointer-events="all" x="${x}" y="${bottom - MATRIX.names + 6}" width="${layout.columnWidth}" height="${MATRIX.names - 4}"/><text class="${kind}" fill="${plain(kind === "" ? "ink" : kind)}" transform="translate(${centre},${bottom}) rotate(-90)">${named}${rest === "" ? "" : markup` <tspan class="${kind === "" ? "muted" : kind}" fill="${plain(kind === "" ? "muted" : kind)}">${rest}</tspan>`}</text>`;
      return pickable(content, {
        classes: "label",
        endpoint: numbers.endpoint(endpoint),
        place: [column, column, -1, -1],
      });
    }),
  );
}

function rowNames(layout: MatrixLayout, numbers: MapNumbers): Markup {
  const end = MATRIX.labels - 8;
  return joined([
    ...layout.groups.map(
      ({ name, y }) =>
        markup`<text class="title" fill="${plain("muted")}" x="${end}" y="${y}" text-anchor="end">${fitted(name, end - 8, TEXT)}</text>`,
    ),
    ...layout.rows.map(({ caller, y }, row) =>
      pickable(
        markup`<rect class="target" fill="none" pointer-events="all" x="0" y="${y}" width="${MATRIX.labels}" height="${MATRIX.row}"/><text x="${end}" y="${y + 11}" text-anchor="end">${fitted(caller.label, end - 8, TEXT)}</text>`,
        { classes: "label", caller: numbers.caller(caller), place: [-1, -1, row, row] },
      ),
    ),
  ]);
}

/** Lines through the middle of rows and columns, as one path. */
function grid({ columns, rows, columnWidth, width, height }: MatrixLayout): Markup {
  const down = columns.map(({ x }) => `M${x + columnWidth / 2},0V${height}`).join("");
  const across = rows.map(({ y }) => `M0,${y + MATRIX.row / 2}H${width}`).join("");
  return markup`<path class="grid" fill="none" stroke="${plain("line")}" d="${across}${down}"/>`;
}
