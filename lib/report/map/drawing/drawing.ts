import { type Markup, markup } from "../markup";

/** A picture, in a coordinate system of its own. */
export interface Drawing {
  readonly kind: "wires" | "matrix";
  readonly width: number;
  readonly height: number;
  readonly body: Markup;
}

/** One stop for the tabulator in a drawing: its first mark. */
export interface Focus {
  isFirst: boolean;
}

export interface Picked {
  readonly classes: string;
  /** Numbers of what it picks; one of them. */
  readonly certificate?: number;
  readonly caller?: number;
  readonly endpoint?: number;
  /** Columns and rows that it takes, for the arrow keys: first and last of each. */
  readonly place: readonly [number, number, number, number];
}

/** Something that shows only the hops which belong to it, once it is picked; the script makes a button of it. */
export function pickable(content: Markup, { classes, certificate, caller, endpoint, place }: Picked): Markup {
  const of = (name: string, number: number | undefined) =>
    number === undefined ? "" : markup` data-${name}="${number}"`;
  return markup`<g class="pick ${classes}"${of("c", certificate)}${of("s", caller)}${of("e", endpoint)} data-g="${place.join(",")}">${content}</g>`;
}
