import type { Exclusions } from "./exclusion";

const released = new Set<Exclusions>();

/** Gives the locks back when this process ends, by `process.exit` or by a signal, so that nobody waits for it. */
export function releaseAtExit(exclusions: Exclusions): void {
  const isFirst = released.size === 0;
  released.add(exclusions);
  if (!isFirst) return;
  process.on("exit", releaseAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const listener = (): void => {
      // Somebody else listens too and decides whether the process ends.
      if (process.listenerCount(signal) > 1) return;
      releaseAll();
      process.off(signal, listener);
      process.kill(process.pid, signal);
    };
    process.on(signal, listener);
  }
}

function releaseAll(): void {
  for (const exclusions of released) exclusions.releaseAll();
}
