import type { HostFile, ReplaceOptions } from "./hostFiles";

/** Mode and owner of a file, for another one that is to look like it. */
export function looksOf({ mode, ownerId, groupId }: Omit<HostFile, "bytes">): ReplaceOptions {
  return {
    ...(mode === undefined ? {} : { mode }),
    ...(ownerId === undefined || groupId === undefined ? {} : { owner: { ownerId, groupId } }),
  };
}

/** Whether a file has a mode, or is where there are none. */
export function hasMode({ mode }: Pick<HostFile, "mode">, wanted: number): boolean {
  return mode === undefined || mode === wanted;
}
