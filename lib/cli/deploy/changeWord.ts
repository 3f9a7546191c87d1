import { type ResourceChange, type Row, rowBefore } from "./planJson";
import type { ChangeWord } from "./plannedChange";

/** What happens to a resource; undefined where nothing does. */
export function wordFor({
  change: { actions, importing },
  previous_address: previous,
  type,
  change,
}: ResourceChange): ChangeWord | undefined {
  switch (actions.join()) {
    case "create":
      return "added";
    case "update":
      return "changed";
    case "delete":
      return isWithdrawn(type, rowBefore(change) ?? {}) ? "withdrawn" : "removed";
    case "delete,create":
    case "create,delete":
      return "replaced";
    case "forget":
      return "forgotten";
    case "read":
      return "read";
    default:
      if (importing !== undefined && importing !== null) return "imported";
      return previous === undefined ? undefined : "renamed";
  }
}

/** Stores that were there before us stay, and so do products' own files. */
function isWithdrawn(type: string, before: Row): boolean {
  return type === "trust_config_file" || (type === "trust_keystore" && before["created"] !== true);
}
