import type { EnvironmentVerdicts } from "../../model";
import { type MapOptions, readMap } from "./data/readMap";
import { drawMatrix } from "./drawing/matrix";
import { drawWires } from "./drawing/wires";
import { markup, Markup } from "./markup";
import { MapNumbers } from "./numbers";
import { MOST_WIRES } from "./page/drawingSection";
import { type Headline, headlineOf } from "./page/headline";
import { markdownOf } from "./markdown/markdown";
import { pageOf } from "./page/page";
import { pictureStyle } from "./page/style/style";

/** What a map is made of: what stacks declare, and what was found of each hop. */
export type JudgedPlan = Pick<EnvironmentVerdicts, "plan" | "verdicts">;

/**
 * The trust map of an environment as one HTML file: what is wrong, why, who calls whom and who vouches, what ends next,
 * who trusts which authority, and every hop. It holds no secret, asks for nothing over the network and says all of it
 * without its script. The same input gives the same bytes, whatever the order of its lists.
 */
export function trustMapPage(judged: JudgedPlan, options: MapOptions): string {
  return pageOf(readMap(judged, options));
}

/** The drawing of a map alone, as an SVG file for a README: light or dark as its reader's system is. */
export function trustMapPicture(judged: JudgedPlan, options: MapOptions): string {
  const data = readMap(judged, options);
  const numbers = new MapNumbers(data);
  const draw = data.hops.length <= MOST_WIRES ? drawWires : drawMatrix;
  const { kind, width, height, body } = draw(data, numbers);
  const margin = 16;
  const box = `${-margin} ${-margin} ${width + 2 * margin} ${height + 2 * margin}`;
  const picture = markup`<svg xmlns="http://www.w3.org/2000/svg" class="picture ${kind}" viewBox="${box}" width="${width + 2 * margin}" height="${height + 2 * margin}" font-family="system-ui, sans-serif" font-size="12"><title>Trust map of ${data.environment}</title><style>${new Markup(pictureStyle())}</style>${body}</svg>
`;
  return picture.text;
}

/** What a reviewer wants to know of a map, as a comment of a pull request, within GitHub's limits. */
export function trustMapMarkdown(judged: JudgedPlan, options: MapOptions): string {
  return markdownOf(readMap(judged, options));
}

/** How many hops fail, and how many certificates end soon. */
export function trustMapHeadline(judged: JudgedPlan, options: MapOptions): Headline {
  return headlineOf(readMap(judged, options));
}
