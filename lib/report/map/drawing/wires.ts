import type { IssuerBranch, MapCertificate, MapData, MapHop } from "../data/mapData";
import { type Markup, joined, markup } from "../markup";
import type { MapNumbers } from "../numbers";
import { counted } from "../words";
import { type Drawing, type Focus, pickable } from "./drawing";
import { classesOf, crossMark, endText, labelOf } from "./marks";
import { plain } from "./palette";
import { fitted } from "./text";
import { type PlacedBlock, type PlacedWire, WIRES, type WiresLayout, layOutWires } from "./wiresLayout";

const TEXT = 12;
const DOUBLE = 1.7;

/** Callers to the left, wires through what vouches, endpoints to the right: for as many hops as can be told apart. */
export function drawWires(data: MapData, numbers: MapNumbers): Drawing {
  const layout = layOutWires(data);
  const focus: Focus = { isFirst: true };
  const body = joined([
    heading(),
    branches(layout, numbers, data.now),
    joined(ordered(layout).map((wire) => wireMark(wire, numbers, focus))),
    callers(layout, numbers),
    endpoints(layout, numbers, data.now),
  ]);
  return { kind: "wires", width: WIRES.width, height: Math.round(layout.height), body };
}

/** What is wrong is drawn over what is not. */
function ordered({ wires }: WiresLayout): readonly PlacedWire[] {
  const rank = ({ state, change }: MapHop) =>
    state === "fails" ? 3 : change !== undefined ? 2 : state === "ends-soon" ? 1 : 0;
  return wires.toSorted((one, other) => rank(one.hop) - rank(other.hop) || one.lane - other.lane);
}

function heading(): Markup {
  const title = (x: number, text: string, anchor = "start") =>
    markup`<text class="title" fill="${plain("muted")}" x="${x}" y="14" text-anchor="${anchor}">${text}</text>`;
  return joined([
    title(WIRES.callersEnd - 12, "callers", "end"),
    title(WIRES.anchor.x, "trusted anchor"),
    title(WIRES.issuer.x, "issued by"),
    title(WIRES.endpoints + 10, "endpoint"),
    title(WIRES.width, "certificate ends", "end"),
  ]);
}

function branches(layout: WiresLayout, numbers: MapNumbers, now: Date): Markup {
  const { anchor, issuer } = WIRES;
  const anchors = layout.branches.map(({ part, y, height, lanes }) => {
    const isAlone = part.issuers.every(({ certificate }) => certificate === undefined);
    const width = isAlone ? issuer.x + issuer.width - anchor.x : anchor.width;
    const box = { x: anchor.x, y, width, height };
    return block(box, part, lanes, { numbers, now, isAnchor: true, column: 2 });
  });
  const issuers = layout.issuers
    .filter(({ part }) => part.certificate !== undefined)
    .map(({ part, y, height, lanes }: PlacedBlock<IssuerBranch>) => {
      const box = { x: issuer.x, y, width: issuer.width, height };
      const name = part.certificate?.name ?? "";
      return block(box, { ...part, name, kind: "ours" }, lanes, { numbers, now, isAnchor: false, column: 3 });
    });
  return joined([...anchors, ...issuers]);
}

interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function block(
  { x, y, width, height }: Rectangle,
  part: {
    readonly name: string;
    readonly hops: number;
    readonly certificate?: MapCertificate;
    readonly kind: string;
  },
  lanes: readonly [number, number],
  {
    numbers,
    now,
    isAnchor,
    column,
  }: {
    readonly numbers: MapNumbers;
    readonly now: Date;
    readonly isAnchor: boolean;
    readonly column: number;
  },
): Markup {
  const { certificate } = part;
  const end = certificate === undefined ? undefined : endText(certificate, now);
  const isPlainGroup = certificate === undefined;
  const content = markup`<rect class="block" fill="${plain("block")}" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"${edge(end?.kind)}/><text${isAnchor ? markup` class="strong" font-weight="600"` : ""} x="${x + 10}" y="${y + 17}">${fitted(part.name, width - 16, TEXT)}</text> <text class="muted ${end?.kind ?? ""}" fill="${plain("muted")}" x="${x + 10}" y="${y + 33}">${end === undefined ? "" : `${end.text} · `}${counted(part.hops, "hop")}</text>`;
  const classes = `authority ${end?.kind ?? ""}${isPlainGroup ? " group" : ""}`;
  if (certificate === undefined) return markup`<g class="${classes}">${content}</g>`;
  return pickable(content, {
    classes,
    certificate: numbers.certificate(certificate),
    place: [column, column, ...lanes],
  });
}

function edge(kind: "" | "soon" | "fails" | undefined): Markup | string {
  if (kind === undefined || kind === "") return "";
  return markup` stroke="${plain(kind === "soon" ? "soonLine" : "fails")}" stroke-width="2"`;
}

function callers({ callers: placed, groups }: WiresLayout, numbers: MapNumbers): Markup {
  const end = WIRES.callersEnd;
  return joined([
    ...groups.map(
      ({ name, y }) =>
        markup`<text class="title" fill="${plain("muted")}" x="${end - 12}" y="${y}" text-anchor="end">${fitted(name, end - 20, TEXT)}</text>`,
    ),
    ...placed.map(({ part, y, height, lanes }) =>
      pickable(
        markup`<text x="${end - 12}" y="${y + height / 2 + 4}" text-anchor="end">${fitted(part.label, end - 20, TEXT)}</text><path class="bar" stroke="${plain("wire")}" stroke-width="2.5" d="M${end - 2},${y + 3}v${height - 6}"/>`,
        {
          classes: "label",
          caller: numbers.caller(part),
          place: [0, 0, ...lanes],
        },
      ),
    ),
  ]);
}

function endpoints({ endpoints: placed }: WiresLayout, numbers: MapNumbers, now: Date): Markup {
  const { endpoints: x, width } = WIRES;
  return joined(
    placed.map(({ part, y, height, lanes }) => {
      const [leaf] = part.chain;
      const end = leaf === undefined ? { text: "", kind: "" as const } : endText(leaf, now);
      const middle = y + height / 2 + 4;
      const name = fitted(part.name, 220, TEXT);
      const content = markup`<path class="bar" stroke="${plain("wire")}" stroke-width="2.5" d="M${x},${y + 2}v${height - 4}"/><text x="${x + 10}" y="${middle}">${name} <tspan class="muted" fill="${plain("muted")}">${part.port}</tspan></text> <text class="date ${end.kind}" fill="${plain(end.kind === "" ? "muted" : end.kind)}" x="${width}" y="${middle}" text-anchor="end">${end.text}</text>`;
      return pickable(content, {
        classes: "label",
        endpoint: numbers.endpoint(part),
        place: [4, 4, ...lanes],
      });
    }),
  );
}

function wireMark(wire: PlacedWire, numbers: MapNumbers, focus: Focus): Markup {
  const { hop, lane } = wire;
  const number = numbers.hop(hop);
  const tab = focus.isFirst ? 0 : -1;
  focus.isFirst = false;
  return markup`<a href="#h${number}" class="mark ${classesOf(hop)}" tabindex="${tab}" data-h="${number}" data-g="1,1,${lane},${lane}" aria-label="${labelOf(hop)}">${wirePaths(wire)}</a>`;
}

function wirePaths({ hop, from, to }: PlacedWire): Markup {
  const { refusedBy, state, change } = hop;
  const end = WIRES.endpoints - 3;
  const crossing =
    state !== "fails"
      ? undefined
      : refusedBy === "server"
        ? WIRES.issuer.x + WIRES.issuer.width + 11
        : WIRES.curveEnd + 8;
  const colour = plain(
    state === "fails"
      ? "fails"
      : change === "added"
        ? "added"
        : change === "changed"
          ? "changed"
          : state === "ends-soon"
            ? "soonLine"
            : "wire",
  );
  const width = state === "ok" && change === undefined ? 1.4 : 2;
  const stroke = markup`fill="none" stroke="${colour}" stroke-width="${width}"`;
  const whole = path(hop, from, to, end);
  const hit = markup`<path class="hit" fill="none" pointer-events="stroke" stroke-width="9" d="${curve(from, to, end)}"/>`;
  if (crossing === undefined) {
    const dashes = change === "removed" ? "4 4" : state === "not-proven" ? "1.5 4" : undefined;
    const dashed = dashes === undefined ? "" : markup` stroke-dasharray="${dashes}"`;
    return markup`${hit}<path class="wire" ${stroke}${dashed} d="${whole}"/>`;
  }
  // Behind the side that refuses nothing passes.
  const behind = refusedBy === undefined ? "" : markup` stroke-dasharray="5 5"`;
  return markup`${hit}<path class="wire" ${stroke} d="${path(hop, from, to, crossing - 6)}"/><path class="wire behind" ${stroke}${behind} d="${straight(hop, crossing + 6, to, end)}"/>${crossMark(crossing, to)}`;
}

/** A double line where both sides present a certificate. */
function path({ isMutual }: MapHop, from: number, to: number, end: number): string {
  return isMutual
    ? `${curve(from - DOUBLE, to - DOUBLE, end)}${curve(from + DOUBLE, to + DOUBLE, end)}`
    : curve(from, to, end);
}

function straight({ isMutual }: MapHop, start: number, y: number, end: number): string {
  const one = (at: number) => `M${start},${tenth(at)}H${end}`;
  return isMutual ? `${one(y - DOUBLE)}${one(y + DOUBLE)}` : one(y);
}

function curve(from: number, to: number, end: number): string {
  const { callersEnd: start, curveEnd } = WIRES;
  return `M${start},${tenth(from)}C${start + 160},${tenth(from)} ${curveEnd - 150},${tenth(to)} ${Math.min(curveEnd, end)},${tenth(to)}H${end}`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
