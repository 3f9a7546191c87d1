import type { HopState, MapData, MapHop } from "../data/mapData";
import { MATRIX } from "../drawing/matrixLayout";
import { matrixParts } from "../drawing/matrix";
import { CHANGE_SIGNS } from "../drawing/marks";
import { drawWires } from "../drawing/wires";
import { plain } from "../drawing/palette";
import { type Markup, joined, markup } from "../markup";
import type { MapNumbers } from "../numbers";
import type { FrameSize } from "./style/style";

/** More hops are told apart in a matrix alone. */
export const MOST_WIRES = 60;

export interface DrawnSection {
  readonly section: Markup;
  /** Size of the matrix, where that is what was drawn. */
  readonly matrix?: FrameSize;
}

/** Who calls whom, and who vouches. */
export function drawing(data: MapData, numbers: MapNumbers): DrawnSection {
  if (data.hops.length === 0) return { section: markup`` };
  const isWires = data.hops.length <= MOST_WIRES;
  const { frame, matrix } = isWires ? wiresFrame(data, numbers) : matrixFrame(data, numbers);
  const compared = data.changes === undefined ? "" : " compared";
  const section = markup`<section class="drawing"><h2>Who calls whom, and who vouches</h2>${legend(data.hops, isWires)}<p class="narrow muted">The drawing needs a wider screen. The list below has the same order: authority, endpoint, caller.</p><div class="wide${compared}">${frame}</div></section>`;
  return { section, ...(matrix === undefined ? {} : { matrix }) };
}

interface Frame {
  readonly frame: Markup;
  readonly matrix?: FrameSize;
}

function wiresFrame(data: MapData, numbers: MapNumbers): Frame {
  const { width, height, body } = drawWires(data, numbers);
  return {
    frame: markup`<div class="scroll" tabindex="0" role="region" aria-label="Drawing"><svg class="picture wires" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="group" aria-label="Callers on the left; on the right the endpoints, inside the authorities that vouch for them">${body}</svg></div>`,
  };
}

function matrixFrame(data: MapData, numbers: MapNumbers): Frame {
  const { head, names, cells, width, headHeight, height } = matrixParts(data, numbers);
  const { labels } = MATRIX;
  const svg = (kind: string, of: FrameSize, label: string, body: Markup) =>
    markup`<svg class="picture matrix ${kind}" viewBox="0 0 ${of.width} ${of.height}" width="${of.width}" height="${of.height}" role="group" aria-label="${label}">${body}</svg>`;
  const total = { width: labels + width, height: headHeight + height };
  return {
    frame: markup`<div class="scroll of-matrix" tabindex="0" role="region" aria-label="Drawing"><div class="matrix-frame"><div class="matrix-head"><div class="matrix-names"><svg width="${labels}" height="${headHeight}" aria-hidden="true"></svg></div>${svg("ends", { width, height: headHeight }, "Endpoints, under the authorities that vouch for them", head)}</div><div class="matrix-body"><div class="matrix-names">${svg("names", { width: labels, height }, "Callers", names)}</div>${svg("cells", { width, height }, "Hops, a caller a row, an endpoint a column", cells)}</div></div></div>`,
    matrix: total,
  };
}

/** The signs that are there to be read. */
function legend(hops: readonly MapHop[], isWires: boolean): Markup {
  const has = (state: HopState) => hops.some((hop) => hop.state === state);
  const changed = (change: MapHop["change"]) => hops.some((hop) => hop.change === change);
  const line = (dashes: string, d: string) =>
    markup`<svg class="picture" width="30" height="10" aria-hidden="true"><path class="wire" fill="none" stroke="${plain("wire")}" stroke-width="1.4"${dashes === "" ? "" : markup` stroke-dasharray="${dashes}"`} d="${d}"/></svg>`;
  const shape = (content: Markup) =>
    markup`<svg class="picture" width="12" height="12" aria-hidden="true">${content}</svg>`;
  const signs = [
    isWires
      ? markup`<span>${line("", "M1,5H29")}works</span>`
      : markup`<span>${shape(markup`<circle class="dot" fill="${plain("muted")}" cx="6" cy="6" r="2.6"/>`)}works</span>`,
    ...(hops.some(({ isMutual }) => isMutual)
      ? [
          isWires
            ? markup`<span>${line("", "M1,3.3H29M1,6.7H29")}both present a certificate</span>`
            : markup`<span>${shape(markup`<circle class="ring" fill="none" stroke="${plain("muted")}" stroke-width="2" cx="6" cy="6" r="3.4"/>`)}both present a certificate</span>`,
        ]
      : []),
    ...(has("ends-soon") ? [markup`<span class="soon">! ends within 30 days</span>`] : []),
    ...(has("fails")
      ? [
          markup`<span class="fails">✕ fails${isWires ? " where it is refused; dashed: not reached" : ""}</span>`,
        ]
      : []),
    ...(has("not-proven")
      ? [
          isWires
            ? markup`<span>${line("1.5 4", "M1,5H29")}not proven here</span>`
            : markup`<span class="open">${shape(markup`<circle class="dot" fill="none" stroke="${plain("wire")}" stroke-dasharray="1.5 1.5" cx="6" cy="6" r="3.2"/>`)}not proven here</span>`,
        ]
      : []),
    ...(["added", "changed", "removed"] as const)
      .filter(changed)
      .map(
        (change) =>
          markup`<span><span class="sign ${change}">${CHANGE_SIGNS[change]}</span> ${change === "added" ? "new" : change}</span>`,
      ),
    markup`<span class="how" data-live hidden>Pick a name, an authority or a mark to see what belongs to it. Arrow keys walk, Esc clears.</span>`,
  ];
  return markup`<p class="legend wide">${joined(signs)}</p>`;
}
