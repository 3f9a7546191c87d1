import { createHash } from "node:crypto";
import { day } from "../../../model/day";
import { scriptJson } from "../../../text";
import type { MapData } from "../data/mapData";
import { Markup, markup } from "../markup";
import { MapNumbers } from "../numbers";
import { causes } from "./causes";
import { changes } from "./changes";
import { drawing } from "./drawingSection";
import { headline, headlineOf } from "./headline";
import { islandOf } from "./island";
import { PAGE_SCRIPT } from "./script/script";
import { pageStyle } from "./style/style";
import { authorities, endings, everyHop } from "./tables";

/** The whole page as one file: no network, no inline style or handler, everything said without its script. */
export function pageOf(data: MapData): string {
  const numbers = new MapNumbers(data);
  const { section, matrix } = drawing(data, numbers);
  const style = pageStyle(matrix);
  const title = `Trust map · ${data.environment}`;
  const policy = `default-src 'none'; style-src ${hashOf(style)}; script-src ${hashOf(PAGE_SCRIPT)}; base-uri 'none'; form-action 'none'`;
  const page = markup`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${new Markup(policy)}"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${title}</title><style>${new Markup(style)}</style></head><body>
<header><div><p class="kicker">${title} · ${data.project} · ${day(data.now)}<span id="age" class="soon"></span></p>${headline(data, numbers)}</div><button id="theme" type="button" data-live hidden>theme</button></header>
${tools(data)}
<main>
${changes(data, numbers)}
${causes(data, numbers)}
${section}
${endings(data, numbers)}
${authorities(data, numbers)}
${everyHop(data, numbers)}
</main>
<footer>Made by cdktf-trust from what the stacks declare and a rehearsal of every hop, on ${day(data.now)}. What vendors put into stores beside it is not on this map. Hops that need a certificate may live longer than it: runtimes differ on expired anchors.</footer>
<aside id="detail" aria-label="Hop" aria-live="polite" hidden></aside><div id="tip" aria-hidden="true" hidden></div>
<script type="application/json" id="data">${new Markup(scriptJson(islandOf(data, numbers)))}</script>
<script>${new Markup(PAGE_SCRIPT)}</script></body></html>
`;
  return page.text;
}

/** Search and filters, which need the script. */
function tools(data: MapData): Markup {
  const { failing } = headlineOf(data);
  const count = (isCounted: (hop: MapData["hops"][number]) => boolean) => data.hops.filter(isCounted).length;
  const chip = (flag: string, text: string, number: number) =>
    markup`<button type="button" aria-pressed="false" data-flag="${flag}">${text} <span>${number}</span></button>`;
  const chips = [
    chip("fails", "✕ fails", failing),
    chip(
      "ends-soon",
      "! under 30 days",
      count(({ state }) => state === "ends-soon"),
    ),
    chip(
      "mutual",
      "⇄ mutual",
      count(({ isMutual }) => isMutual),
    ),
    ...(data.changes === undefined
      ? []
      : [
          chip(
            "changed",
            "Δ changed",
            count(({ change }) => change !== undefined),
          ),
        ]),
  ];
  return markup`<div class="tools" data-live hidden role="search"><label class="spoken" for="words">Search</label><input id="words" type="search" autocomplete="off" spellcheck="false" placeholder="Search: system, name, authority, fingerprint, rule   ( / )"><span class="chips">${chips}</span><span id="count" role="status"></span></div>`;
}

/** A source of a policy: what has another hash is not used (CSP 3, 2.3.1). */
function hashOf(content: string): string {
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}
