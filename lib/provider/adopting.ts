import { notAsDeclared } from "./errors";
import { ADOPTING_VARIABLE } from "./variables";

/**
 * Called before anything is written that changes a file of a product's, and before the record that announces it.
 *
 * @throws ResourceError `not-as-declared` where this run only takes over what is there
 */
export function refuseWhereAdopting(path: string): void {
  if (process.env[ADOPTING_VARIABLE] === "1") throw notAsDeclared(path);
}
