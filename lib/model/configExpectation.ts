import type { ConfigSetting } from "./configFile";

/**
 * Values that a product's own file says once people have brought them about, through its console or a script: looked
 * at on the host, and never written.
 */
export interface ConfigExpectationPlan {
  readonly id: string;
  readonly hostId: string;
  /** Absolute path; the last component is matched without regard to case. */
  readonly path: string;
  readonly settings: readonly ConfigSetting[];
  /** What people do where the file says something else. */
  readonly remedy: string;
}
