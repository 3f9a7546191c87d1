import { day } from "../../../model/day";
import { type Markup, markup } from "../markup";
import type { HopChange, HopState, MapCertificate, MapHop } from "../data/mapData";
import { daysBetween, shortened } from "../words";
import { plain } from "./palette";

/** Classes of a hop's mark, by which style and script know it. */
export const STATE_CLASSES: Readonly<Record<HopState, string>> = {
  fails: "fails",
  "ends-soon": "soon",
  ok: "ok",
  "not-proven": "open",
};

/** What is said of a hop's state, where its sign and its colour say the rest. */
export const STATE_WORDS: Readonly<Record<HopState, string>> = {
  fails: "fails",
  "ends-soon": "ends soon",
  ok: "ok",
  "not-proven": "not proven",
};

export const STATE_SIGNS: Readonly<Record<HopState, string>> = {
  fails: "✕",
  "ends-soon": "!",
  ok: "",
  "not-proven": "?",
};

export const CHANGE_SIGNS: Readonly<Record<HopChange, string>> = { added: "+", changed: "Δ", removed: "−" };

/** The classes of a mark. */
export function classesOf({ state, change }: MapHop): string {
  const classes = STATE_CLASSES[state];
  return change === undefined ? classes : `${classes} ${change}`;
}

/** What a mark is called by those who do not see it. */
export function labelOf({ caller, address, state, isMutual, change }: MapHop): string {
  const mutual = isMutual ? ", mutual" : "";
  const changed = change === undefined ? "" : `, ${change}`;
  return `${shortened(caller.label, 60)} to ${shortened(address, 80)}: ${STATE_WORDS[state]}${mutual}${changed}`;
}

/** A red disc with a cross. */
export function crossMark(x: number, y: number, radius = 6): Markup {
  const arm = radius * 0.42;
  return markup`<circle class="disc" fill="${plain("fails")}" cx="${x}" cy="${y}" r="${radius}"/><path class="arms" fill="none" stroke="${plain("onFails")}" stroke-width="1.8" d="M${x - arm},${y - arm}L${x + arm},${y + arm}M${x + arm},${y - arm}L${x - arm},${y + arm}"/>`;
}

/** How a date is shown beside a name: the day, with a sign where it is near. */
export function endText(
  { notAfter }: Pick<MapCertificate, "notAfter">,
  now: Date,
): { readonly text: string; readonly kind: "" | "soon" | "fails" } {
  const days = daysBetween(now, notAfter);
  if (days < 0) return { text: `✕ expired ${day(notAfter)}`, kind: "fails" };
  return days <= 30 ? { text: `! ${day(notAfter)}`, kind: "soon" } : { text: day(notAfter), kind: "" };
}
