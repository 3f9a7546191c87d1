/** How far a search goes. */
export interface SearchLimits {
  /** Directories below each of those named that are gone into. @default 16 */
  readonly depth?: number;
  /** Names that are looked at in all. @default 200000 */
  readonly names?: number;
}

export const SEARCH_DEPTH = 16;
export const SEARCHED_NAMES = 200_000;

/** A file that may hold certificates or keys, or say where those are. */
export interface FoundFile {
  readonly path: string;
  readonly bytes: number;
  /** Whether it is a symbolic link to such a file. */
  readonly isLink: boolean;
}

/** What a search came to. */
export interface SearchResult {
  /** By path. */
  readonly found: readonly FoundFile[];
  /** Directories that are not there. */
  readonly missing: readonly string[];
  /** Directories that this user may not list. */
  readonly unlisted: readonly string[];
  /** Directories that lie deeper than the limit. */
  readonly tooDeep: readonly string[];
  /** Whether there are more names than the limit, so that the rest was not looked at. */
  readonly isCutShort: boolean;
}

/** One line of a search's account, as both kinds of hosts give it. */
export type SearchEvent =
  | { readonly kind: "file" | "link"; readonly path: string; readonly bytes: number }
  | { readonly kind: "missing" | "unlisted" | "deep" | "cut"; readonly path: string };

/** All that was found, in an order that does not depend on the machine. */
export function searchResultOf(events: readonly SearchEvent[]): SearchResult {
  const pathsOf = (kind: SearchEvent["kind"]) =>
    events
      .filter((event) => event.kind === kind)
      .map(({ path }) => path)
      .sort();
  return {
    found: events
      .flatMap((event) =>
        event.kind === "file" || event.kind === "link"
          ? [{ path: event.path, bytes: event.bytes, isLink: event.kind === "link" }]
          : [],
      )
      .sort((one, other) => (one.path < other.path ? -1 : Number(one.path > other.path))),
    missing: pathsOf("missing"),
    unlisted: pathsOf("unlisted"),
    tooDeep: pathsOf("deep"),
    isCutShort: events.some(({ kind }) => kind === "cut"),
  };
}
