/** A part of a column. */
export interface Box {
  readonly y: number;
  readonly height: number;
}

/** Something that would like to be at a height. */
export interface Wanting {
  /** Where its centre would best be. */
  readonly wanted: number;
  readonly height: number;
}

export interface SettleOptions {
  readonly top: number;
  /** Nothing is below it, unless there is no room. */
  readonly bottom: number;
  /** Least space between two. */
  readonly gap: number;
}

/** Puts things one below the other, each as near to where it would like to be as the others let it. */
export function settled<Item extends Wanting>(
  items: readonly Item[],
  { top, bottom, gap }: SettleOptions,
): { readonly item: Item; readonly y: number }[] {
  const placed = items.map((item) => ({ item, y: item.wanted - item.height / 2 }));
  let least = top;
  for (const box of placed) {
    box.y = Math.max(box.y, least);
    least = box.y + box.item.height + gap;
  }
  let most = bottom;
  for (const box of placed.toReversed()) {
    box.y = Math.min(box.y, most - box.item.height);
    most = box.y - gap;
  }
  // More than there is room for goes on below.
  least = top;
  for (const box of placed) {
    box.y = Math.max(box.y, least);
    least = box.y + box.item.height + gap;
  }
  return placed;
}
