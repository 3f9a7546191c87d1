import type { SecretReference } from "../../../model";

/** What each command on requests is told by the options of `lock`, which takes them first, wherever they stand. */
export interface RequestFlags {
  readonly environment?: string;
  readonly key?: SecretReference;
  readonly json: boolean;
}
