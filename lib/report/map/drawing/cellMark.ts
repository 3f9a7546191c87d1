import { type Markup, markup } from "../markup";
import type { MapHop } from "../data/mapData";
import type { MapNumbers } from "../numbers";
import type { Focus } from "./drawing";
import { classesOf, crossMark, labelOf } from "./marks";
import { type Cell, MATRIX, type MatrixLayout } from "./matrixLayout";
import { plain } from "./palette";

/** One caller's calls to one endpoint. */
export function cellMark(
  { hops, column, row }: Cell,
  layout: MatrixLayout,
  numbers: MapNumbers,
  focus: Focus,
): Markup {
  const worst = worstOf(hops);
  const x = layout.columns[column]?.x ?? 0;
  const y = layout.rows[row]?.y ?? 0;
  if (worst === undefined) return markup``;
  const tab = focus.isFirst ? 0 : -1;
  focus.isFirst = false;
  const all = hops.map((hop) => numbers.hop(hop));
  const several = hops.length === 1 ? "" : `, ${hops.length} hops`;
  const width = layout.columnWidth;
  return markup`<a href="#h${numbers.hop(worst)}" class="mark ${classesOf(worst)}" tabindex="${tab}" data-h="${all.join(" ")}" data-g="${column},${row}" aria-label="${labelOf(worst)}${several}"><path class="hit" fill="none" pointer-events="all" d="M${x},${y}h${width}v${MATRIX.row}h-${width}z"/>${sign(worst, x + width / 2, y + MATRIX.row / 2)}</a>`;
}

/** Dot: proven; ring: both sides present a certificate; small dot: not proven. */
function sign({ state, isMutual, change }: MapHop, x: number, y: number): Markup {
  const colour = plain(change === "added" ? "added" : "muted");
  const halo =
    change === undefined
      ? ""
      : markup`<rect class="halo" fill="none" stroke="${plain(change === "removed" ? "muted" : change)}" stroke-width="2"${change === "removed" ? markup` stroke-dasharray="2 2"` : ""} x="${x - 6}" y="${y - 6.5}" width="12" height="13" rx="3"/>`;
  if (change === "removed")
    return markup`${halo}<path class="minus" fill="none" stroke="${plain("muted")}" stroke-width="1.6" d="M${x - 3},${y}h6"/>`;
  return markup`${halo}${stateSign()}`;

  function stateSign(): Markup {
    switch (state) {
      case "fails":
        return crossMark(x, y);
      case "ends-soon":
        return markup`<rect class="warning" fill="${plain("soonFill")}" stroke="${plain("soonLine")}" x="${x - 5}" y="${y - 5}" width="10" height="10" rx="2"/><path class="stroke" fill="none" stroke="#1B1F24" stroke-width="1.7" d="M${x},${y - 3}v3.4M${x},${y + 1.7}v1.6"/>`;
      case "not-proven":
        return markup`<circle class="dot" fill="none" stroke="${plain("wire")}" stroke-dasharray="1.5 1.5" cx="${x}" cy="${y}" r="3.2"/>`;
      case "ok":
        return isMutual
          ? markup`<circle class="ring" fill="none" stroke="${colour}" stroke-width="2" cx="${x}" cy="${y}" r="3.4"/>`
          : markup`<circle class="dot" fill="${colour}" cx="${x}" cy="${y}" r="2.6"/>`;
      default:
        return state satisfies never;
    }
  }
}

const RANKS = { fails: 0, "ends-soon": 1, "not-proven": 2, ok: 3 } as const;

/** Of several hops, the one that is worst off. */
function worstOf(hops: readonly MapHop[]): MapHop | undefined {
  return hops.toSorted((one, other) => RANKS[one.state] - RANKS[other.state])[0];
}
