import type { OnForeign } from "./store";

/** One value set in a product's own file. */
export type ConfigSetting =
  /** Attribute of the one element with this local name; `null` removes it. */
  | {
      readonly kind: "xml-attribute";
      /** Local name of the element. */
      readonly element: string;
      /** Name of the attribute, as it is written. */
      readonly attribute: string;
      /** What it is to be; `null` removes it. */
      readonly value: string | null;
    }
  /** Key of a `java.util.Properties` file; `null` removes it. */
  | {
      readonly kind: "property";
      /** Key of the property. */
      readonly key: string;
      /** What it is to be; `null` removes it. */
      readonly value: string | null;
      /** What a deploy does with another value that nobody has claimed. @default "replace" */
      readonly onForeign?: OnForeign;
    }
  /** The one line that matches `pattern` (a JavaScript regular expression); appended where none does. */
  | {
      readonly kind: "line";
      /** A JavaScript regular expression that the line matches. */
      readonly pattern: string;
      /** The line, which matches the pattern itself; `null` removes it. */
      readonly value: string | null;
    };

/** A product's own file in which a few values are ours and everything else stays as it is. */
export interface ConfigFilePlan {
  readonly id: string;
  readonly hostId: string;
  /** Absolute path; the last component is matched without regard to case. */
  readonly path: string;
  readonly settings: readonly ConfigSetting[];
  /** A copy of the site's own file, relative to the project's root. */
  readonly source?: string;
}
