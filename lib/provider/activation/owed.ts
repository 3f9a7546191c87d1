import {
  activationKey,
  changedThings,
  type HostFiles,
  type OwnershipRecord,
  withoutIdleActivations,
  withUnproven,
} from "../../hosts";

/** What this process found in the place of what it has written since, by file and by owner and key. */
const found = new Map<string, Map<string, string | undefined>>();

/**
 * The record that goes before a write: all that is about to change has still to be read by the products of its owners,
 * however this run ends.
 *
 * @param rewritten - keys of what is written again under the same claims; undefined where the file itself stays as it is
 */
export async function owing(
  host: HostFiles,
  path: string,
  before: OwnershipRecord,
  after: OwnershipRecord,
  rewritten: readonly string[] | undefined,
): Promise<OwnershipRecord> {
  if (rewritten === undefined) return withoutIdleActivations(after);
  const changed = changedThings(before, after, rewritten);
  const file = await host.sessionKey(path);
  const known = found.get(file) ?? new Map<string, string | undefined>();
  found.set(file, known);
  for (const [owner, things] of changed) {
    for (const [key, thing] of things) {
      const name = activationKey(owner, key);
      if (!known.has(name)) known.set(name, thing.before ?? thing.inherited);
    }
  }
  return withoutIdleActivations(withUnproven(after, changed));
}

/** What this process found of an owner's in a file before it wrote there, by key; undefined where there was nothing. */
export async function foundBefore(
  host: HostFiles,
  path: string,
  owner: string,
): Promise<ReadonlyMap<string, string | undefined>> {
  const known = found.get(await host.sessionKey(path)) ?? new Map<string, string | undefined>();
  const prefix = activationKey(owner, "");
  return new Map(
    [...known]
      .filter(([thing]) => thing.startsWith(prefix))
      .map(([thing, content]) => [thing.slice(prefix.length), content]),
  );
}
