/** A file's place among all hosts, as people and the lock write it: `HOST:PATH`. */
export function placeOf(hostId: string, path: string): string {
  return `${hostId}:${path}`;
}
