import type { MapCause, MapData } from "../data/mapData";
import { explainCommand } from "../data/hopCommand";
import { type Markup, joined, markup } from "../markup";
import type { MapNumbers } from "../numbers";
import { counted } from "../words";
import { hopLinks } from "./hopLinks";

/** So many are shown at once. */
const OPEN = 3;

/** Why hops fail, a row a cause; nothing where none does. */
export function causes(data: MapData, numbers: MapNumbers): Markup {
  const count = data.causes.reduce((sum, { hops }) => sum + hops.length, 0);
  if (count === 0) return markup``;
  const rows = data.causes.map((cause) => causeRow(cause, data.environment, numbers));
  const more = data.causes.length - OPEN;
  const rest =
    more <= 0
      ? ""
      : markup`<details><summary>${counted(more, "more cause")}</summary><ul class="rows">${rows.slice(OPEN)}</ul></details>`;
  const title = count === 1 ? "Why one hop fails" : `Why ${count} hops fail`;
  return markup`<section><h2>${title} <small>${counted(data.causes.length, "cause")}</small></h2><ul class="rows">${joined(rows.slice(0, OPEN))}</ul>${rest}</section>`;
}

function causeRow(
  { rule, message, remedy, hops }: MapCause,
  environment: string,
  numbers: MapNumbers,
): Markup {
  const [first] = hops;
  const remedied = remedy === "" ? "" : markup`<p>${withCode(remedy)}</p>`;
  const command =
    first === undefined ? "" : markup`<p><code>${explainCommand(first.id, environment)}</code></p>`;
  return markup`<li><p class="rule fails">✕ ${rule}</p><div><p>${message}</p><p class="hops">${counted(hops.length, "hop")}: ${hopLinks(hops, 4, numbers)}</p></div><div>${remedied}${command}</div></li>`;
}

/** Backticks mark code in what people are told to do. */
export function withCode(text: string): Markup {
  return joined(
    text.split("`").map((piece, index) => (index % 2 === 1 ? markup`<code>${piece}</code>` : piece)),
  );
}
