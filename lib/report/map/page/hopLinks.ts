import { type Markup, joined, markup } from "../markup";
import type { MapHop } from "../data/mapData";
import type { MapNumbers } from "../numbers";
import { shortened } from "../words";

/** `CALLER → ADDRESS`, as a link to the hop's row. */
export function hopLink(hop: MapHop, numbers: MapNumbers): Markup {
  const number = numbers.hop(hop);
  return markup`<a href="#h${number}" data-h="${number}">${hopText(hop)}</a>`;
}

export function hopText({ caller, address }: MapHop): string {
  return `${shortened(caller.label, 60)} → ${shortened(address, 80)}`;
}

/** Links to some hops, and how many there are besides. */
export function hopLinks(hops: readonly MapHop[], most: number, numbers: MapNumbers): Markup {
  const links = joined(
    hops.slice(0, most).map((hop) => hopLink(hop, numbers)),
    ", ",
  );
  return hops.length <= most ? links : markup`${links} and ${hops.length - most} more`;
}
