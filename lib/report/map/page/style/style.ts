import { variables } from "../../drawing/palette";
import { BASE_STYLE } from "./base";
import { DRAWING_STYLE, PICTURE_STYLE } from "./drawing";
import { TABLE_STYLE } from "./tables";

/** Size of the drawing, where the page must know it. */
export interface FrameSize {
  readonly width: number;
  readonly height: number;
}

/** An A3 sheet on its side, within its margins and below the drawing's heading, in pixels of CSS. */
const SHEET = { width: 1490, height: 920 } as const;
/** Space beside the drawing. */
const BESIDE = 80;
/** Height of the tools, under which the matrix's head stays. */
const TOOLS = 53;

/** The style of a page. Paper is always light. */
export function pageStyle(matrix: FrameSize | undefined): string {
  const dark = `${variables("dark")}color-scheme:dark`;
  return [
    `:root{${variables("light")}color-scheme:light}`,
    `@media screen{:root[data-theme=dark]{${dark}}}`,
    `@media screen and (prefers-color-scheme:dark){:root:not([data-theme=light]){${dark}}}`,
    BASE_STYLE,
    PICTURE_STYLE,
    DRAWING_STYLE,
    TABLE_STYLE,
    matrix === undefined ? "" : matrixStyle(matrix),
  ].join("");
}

/** Where the whole matrix fits, the page scrolls and its head stays; elsewhere it scrolls in a frame of its own. */
function matrixStyle({ width, height }: FrameSize): string {
  const scale = Math.min(1, SHEET.width / width, SHEET.height / height);
  return [
    `@media screen and (min-width:${Math.round(width) + BESIDE}px){.scroll.of-matrix{overflow:visible}.matrix-head{position:sticky;top:${TOOLS}px}}`,
    `@media print{.matrix-frame{zoom:${scale.toFixed(3)}}}`,
  ].join("");
}

/** The style of a drawing that stands alone, for example in a README. */
export function pictureStyle(): string {
  return [
    `svg{${variables("light")}background:var(--page)}`,
    `@media (prefers-color-scheme:dark){svg{${variables("dark")}}}`,
    PICTURE_STYLE,
  ].join("");
}
