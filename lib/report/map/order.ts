/** Order of texts that is the same on every machine. */
export function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

/** In the order of what each says of itself, member by member. */
export function ordered<Item>(
  items: Iterable<Item>,
  keysOf: (item: Item) => readonly (string | number)[],
): Item[] {
  return [...items]
    .map((item) => ({ item, keys: keysOf(item) }))
    .sort((one, other) => compareKeys(one.keys, other.keys))
    .map(({ item }) => item);
}

function compareKeys(one: readonly (string | number)[], other: readonly (string | number)[]): number {
  for (const [index, key] of one.entries()) {
    const against = other[index];
    if (typeof key === "number" && typeof against === "number") {
      if (key !== against) return key - against;
    } else {
      const order = compare(String(key), String(against));
      if (order !== 0) return order;
    }
  }
  return 0;
}
