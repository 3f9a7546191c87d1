import type { MapEnding } from "../data/mapData";
import { type Markup, joined, markup } from "../markup";
import type { MapNumbers } from "../numbers";
import { daysBetween } from "../words";
import { plain } from "./palette";
import { fitted, textWidth } from "./text";

const WIDTH = 1290;
const LEFT = 44;
const RIGHT = 1250;
const GROUND = 138;
const TALLEST = 82;
const TEXT = 11;
const LABEL_ROW = 14;
const LEAST_LABEL = 12;
/** Days of ten years: what ends later stands at the end. */
const LAST_DAY = 3653;

const TICKS: readonly (readonly [days: number, text: string])[] = [
  [0, "today"],
  [7, "1 week"],
  [30, "30 days"],
  [90, "90 days"],
  [182, "6 months"],
  [365, "1 year"],
  [730, "2 years"],
  [1826, "5 years"],
  [LAST_DAY, "10 years"],
];

interface Tower {
  readonly ending: MapEnding;
  readonly x: number;
  readonly width: number;
  readonly height: number;
  readonly kind: "fails" | "soon" | "authority" | "leaf";
}

/** What ends when, and how much with it: the nearer it is, the more room it has. */
export function drawSkyline(endings: readonly MapEnding[], now: Date, numbers: MapNumbers): Markup {
  const most = Math.max(1, ...endings.map(({ hops }) => hops));
  const towers = endings.map((ending) => towerOf(ending, now, most));
  return markup`<svg class="picture skyline" viewBox="0 0 ${WIDTH} 162" width="${WIDTH}" height="162" role="img" aria-label="When certificates end, up to ten years from now, and how many hops end with each; the table below has the next ten">${ticks()}${joined(towers.map((tower) => towerMark(tower, numbers)))}${labels(towers)}</svg>`;
}

function placeOf(days: number): number {
  return LEFT + (RIGHT - LEFT) * Math.sqrt(Math.min(1, Math.max(0, days) / LAST_DAY));
}

function towerOf(ending: MapEnding, now: Date, most: number): Tower {
  const { certificate, hops } = ending;
  const days = daysBetween(now, certificate.notAfter);
  const kind = days < 0 ? "fails" : days <= 30 ? "soon" : certificate.isAuthority ? "authority" : "leaf";
  return {
    ending,
    x: days < 0 ? LEFT - 10 : placeOf(days),
    width: certificate.isAuthority ? 8 : 3,
    height: Math.max(6, TALLEST * Math.sqrt(hops / most)),
    kind,
  };
}

function ticks(): Markup {
  return joined([
    ...TICKS.map(([days, text]) => {
      const x = placeOf(days);
      return markup`<path class="grid" stroke="${plain("line")}" d="M${x},18V${GROUND}"/><text class="muted" fill="${plain("muted")}" x="${x}" y="${GROUND + 17}" text-anchor="middle">${text}</text>`;
    }),
    markup`<path class="axis" stroke="${plain("wire")}" d="M${LEFT - 20},${GROUND}H${RIGHT + 6}"/>`,
  ]);
}

function towerMark({ ending, x, width, height, kind }: Tower, numbers: MapNumbers): Markup {
  const colour = plain({ fails: "fails", soon: "soonLine", authority: "ink", leaf: "wire" }[kind] as "fails");
  return markup`<rect class="tower ${kind}" fill="${colour}" data-c="${numbers.certificate(ending.certificate)}" x="${x - width / 2}" y="${GROUND - height}" width="${width}" height="${height}" rx="1"/>`;
}

interface Label {
  readonly left: number;
  readonly right: number;
  readonly y: number;
}

/** Names above the towers, those of many hops first, as far as none covers another. */
function labels(towers: readonly Tower[]): Markup {
  const placed: Label[] = [];
  const byWeight = towers.toSorted(
    (one, other) => weight(other) - weight(one) || one.x - other.x || other.height - one.height,
  );
  const named = byWeight.map((tower) => {
    const { ending, x, height } = tower;
    const text = `${fitted(ending.certificate.name, 170, TEXT)} · ${ending.hops}`;
    const width = textWidth(text, TEXT);
    const left = Math.min(Math.max(0, x - 3), WIDTH - width);
    const free = rowsFor(tower).find((y) => {
      const label = { left: left - 4, right: left + width + 6, y };
      return !placed.some((other) => isOver(label, other)) && !isOnTower(label, towers, tower);
    });
    if (free === undefined) return { leader: markup``, label: markup`` };
    placed.push({ left: left - 4, right: left + width + 6, y: free });
    const isRaised = free < GROUND - height - LABEL_ROW;
    return {
      leader: isRaised
        ? markup`<path class="leader" stroke="${plain("line")}" d="M${x},${GROUND - height - 1}V${free + 3}"/>`
        : markup``,
      label: markup`<text class="over" paint-order="stroke" stroke="${plain("page")}" stroke-width="4" x="${left}" y="${free}">${text}</text>`,
    };
  });
  // Lines go behind the names that stand between.
  return joined([...named.map(({ leader }) => leader), ...named.map(({ label }) => label)]);
}

/** What ends soon is named before what many need, and that before leaves. */
function weight({ kind, ending }: Tower): number {
  return (kind === "fails" || kind === "soon" ? 10_000 : kind === "authority" ? 5000 : 0) + ending.hops;
}

/** Just above the tower; an authority's name may stand higher, on a line. */
function rowsFor({ height, kind }: Tower): number[] {
  const lowest = GROUND - height - 5;
  const raises = kind === "leaf" ? 1 : 5;
  return Array.from({ length: raises }, (_, raise) => lowest - raise * LABEL_ROW).filter(
    (y) => y >= LEAST_LABEL,
  );
}

function isOver(one: Label, other: Label): boolean {
  return one.left < other.right && other.left < one.right && Math.abs(one.y - other.y) < LABEL_ROW;
}

function isOnTower({ left, right, y }: Label, towers: readonly Tower[], own: Tower): boolean {
  return towers.some(
    (tower) => tower !== own && tower.x + tower.width > left && tower.x < right && GROUND - tower.height < y,
  );
}
