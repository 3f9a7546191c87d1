import {
  claimKey,
  contentsOf,
  findActivation,
  findRecorded,
  type HostFiles,
  isOwed,
  type OwnershipRecord,
  readOwnership,
  stepsHash,
  withBegunActivation,
  writeOwnership,
} from "../../hosts";
import type { DeclaredActivation, DeclaredFile, DeclaredNeed } from "./declared";
import { foundBefore } from "./owed";

/** A file of an activation, and what its record says. */
export interface RecordedFile extends DeclaredFile {
  /** As the configuration spells it; `path` is as the host does. */
  readonly declared: string;
  readonly record: OwnershipRecord;
}

/** Reads the records of an activation's files; needs no password. */
export async function readRecords({
  host,
  files,
}: Pick<DeclaredActivation, "host" | "files">): Promise<RecordedFile[]> {
  return Promise.all(
    files.map(async (file) => {
      const path = await spelled(host, file.path);
      return { ...file, path, declared: file.path, record: await readOwnership(host, path) };
    }),
  );
}

/** Keys of a file that an activation needs, and so cannot prove: another one does. */
export function neededKeys(needs: readonly DeclaredNeed[], { declared }: RecordedFile): ReadonlySet<string> {
  return new Set(
    needs
      .filter(({ path }) => path === declared)
      .map(({ alias }) =>
        alias === undefined
          ? claimKey({ kind: "file", at: "" })
          : claimKey({ kind: "key", at: alias.toLowerCase() }),
      ),
  );
}

/** Whether the product has still to read any of the files. */
export function isAnyOwed(
  files: readonly RecordedFile[],
  { owner, name, needs }: Pick<DeclaredActivation, "owner" | "name" | "needs">,
): boolean {
  return files.some((file) => isOwed(file.record, owner, name, neededKeys(needs, file)));
}

/** Makes an activation known in the records of its files, with what this run has found there before it wrote. */
export async function begin(
  activation: DeclaredActivation,
  files: readonly RecordedFile[],
): Promise<RecordedFile[]> {
  const { host, owner, name, steps } = activation;
  const hash = stepsHash(steps);
  return Promise.all(
    files.map(async (file) => {
      if (contentsOf(file.record, owner).size === 0) return file;
      if (findActivation(file.record, owner, name)?.steps === hash) return file;
      const before = await foundBefore(host, file.path, owner);
      const record = await changeRecord(host, file.path, (found) =>
        withBegunActivation(found, owner, name, before, hash),
      );
      return { ...file, record };
    }),
  );
}

/** Changes what a record says of activations, under the file's lock; gives the record that is there then. */
export function changeRecord(
  host: HostFiles,
  path: string,
  change: (record: OwnershipRecord) => OwnershipRecord,
): Promise<OwnershipRecord> {
  return host.exclusively(path, async () => {
    const before = await readOwnership(host, path);
    const after = change(before);
    // Without claims there is no record, and nothing to say in it.
    if (Object.keys(before.claims).length === 0) return before;
    if (JSON.stringify(before) !== JSON.stringify(after)) await writeOwnership(host, path, after);
    return after;
  });
}

/** Products spell their files as they like; of one that somebody removed, the record may still be there. */
async function spelled(host: HostFiles, path: string): Promise<string> {
  return (await host.findFile(path)) ?? (await findRecorded(host, path)) ?? path;
}
