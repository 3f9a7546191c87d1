import { day } from "../../../model/day";
import { EXPIRING_WITHIN_DAYS } from "../../../rules";
import type { MapData } from "../data/mapData";
import { type Markup, joined, markup } from "../markup";
import type { MapNumbers } from "../numbers";
import { counted, daysBetween, distance } from "../words";

/** What is wrong, in one line of text for titles and comments. */
export interface Headline {
  readonly failing: number;
  readonly unproven: number;
  readonly all: number;
  /** Certificates that end within thirty days, or have ended. */
  readonly ending: number;
}

export function headlineOf({ hops, endings, now }: MapData): Headline {
  const staying = hops.filter(({ change }) => change !== "removed");
  return {
    failing: staying.filter(({ state }) => state === "fails").length,
    unproven: staying.filter(({ state }) => state === "not-proven").length,
    all: staying.length,
    ending: endings.filter(
      ({ certificate }) => daysBetween(now, certificate.notAfter) <= EXPIRING_WITHIN_DAYS,
    ).length,
  };
}

/** `of 50 hops fail`, without the number. */
export function failingWords({ failing, all }: Headline): string {
  return `of ${counted(all, "hop")} ${failing === 1 ? "fails" : "fail"}.`;
}

export function endingWords({ ending }: Headline): string {
  return `${ending === 1 ? "certificate ends" : "certificates end"} within ${EXPIRING_WITHIN_DAYS} days.`;
}

/** What is said where nothing fails. */
export function wellWords({ all, unproven }: Headline): string {
  if (all === 0) return "No hop is declared.";
  if (unproven === all) return `${counted(all, "hop")}, none of them proven here.`;
  const proven = all - unproven;
  const rest = unproven === 0 ? "" : `; ${unproven} not proven here`;
  return `${unproven === 0 && all > 1 ? "All " : ""}${counted(proven, "hop")} ${proven === 1 ? "works" : "work"}${rest}.`;
}

export function headline(data: MapData, numbers: MapNumbers): Markup {
  const head = headlineOf(data);
  const pieces = [
    head.failing > 0
      ? markup`<b class="fails">✕ ${head.failing}</b> ${failingWords(head)}`
      : markup`${wellWords(head)}`,
    ...(head.ending > 0 ? [markup`<b class="soon">! ${head.ending}</b> ${endingWords(head)}`] : []),
  ];
  return markup`<h1>${joined(pieces, " ")}</h1>${under(data, numbers)}`;
}

/** How large the environment is, and what ends next. */
function under({ endings, branches, now }: MapData, { callers, endpoints }: MapNumbers): Markup {
  const anchors = branches.filter(({ certificate }) => certificate !== undefined).length;
  const counts = [
    counted(callers.length, "caller"),
    counted(endpoints.length, "endpoint"),
    counted(anchors, "authority", "authorities"),
    `${counted(endings.length, "certificate")} in use`,
  ].join(", ");
  const next = endings.find(({ certificate }) => daysBetween(now, certificate.notAfter) >= 0);
  if (next === undefined) return markup`<p class="under">${counts}.</p>`;
  const { certificate, hops } = next;
  return markup`<p class="under">${counts}. Next to end: <b>${certificate.name}</b> on ${day(certificate.notAfter)}, in ${distance(daysBetween(now, certificate.notAfter))}, with ${counted(hops, "hop")}.</p>`;
}
