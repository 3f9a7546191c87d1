import {
  type AnnounceOptions,
  type Lock,
  type OpenLock,
  announce,
  goBack,
  headOf,
  retire,
  switchOver,
} from "../../lib/lock";

/** The lock with a next generation of identities, and of what they issued, trusted beside the one that is served. */
export function announced(
  open: OpenLock,
  {
    heads,
    ...made
  }: Pick<AnnounceOptions, "plan" | "now" | "randomBytes"> & { readonly heads: readonly string[] },
): Lock {
  const nothing = {
    readFile: () => undefined,
    resolveSecret: () => {
      throw new Error("no secret was expected");
    },
  };
  return heads.reduce(
    (lock, id) => announce({ ...made, ...nothing, lock, open: () => open.withLock(lock), id }).lock,
    open.lock,
  );
}

/** The next generation is served; of a lock that is announced. */
export const switched = (lock: Lock): Lock => forEachHead(lock, switchOver);

/** One step back. */
export const back = (lock: Lock): Lock => forEachHead(lock, goBack);

/** One generation is left, the one that is served. */
export const steady = (lock: Lock): Lock => forEachHead(lock, retire);

function forEachHead(lock: Lock, step: (lock: Lock, headId: string) => { readonly lock: Lock }): Lock {
  const heads = [...lock.identities.keys()].filter((id) => headOf(lock, id) === id);
  return heads.reduce((before, head) => step(before, head).lock, lock);
}
