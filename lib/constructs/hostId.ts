import { isPathComponent } from "../text";
import { invalidHostId } from "./errors";

/**
 * Insists that a host's id is a file name on every platform: its artifacts lie in a folder of that name.
 *
 * @throws DeclarationError `invalid-host-id`
 */
export function checkedHostId(id: string): string {
  if (!isPathComponent(id)) throw invalidHostId(id);
  return id;
}
