import { isKnown, type Unknown } from "./protocol";
import { reachHost } from "./reachHost";

/**
 * Refuses at plan a change to a place that cannot be written; one whose directory is missing is left to the apply.
 *
 * @throws HostError `permission-denied`, `read-only`
 */
export async function foreseeWritable(place: {
  readonly host: string | Unknown;
  readonly path: string | Unknown;
}): Promise<void> {
  const { host, path } = place;
  if (isKnown(host) && isKnown(path)) await reachHost(host).requireWritable(path);
}
