import { basename, dirname, join } from "node:path";

import { Exclusions, type ExclusionSteps, type ExclusionTiming } from "./exclusion";
import {
  createExclusion,
  findExclusion,
  giveSignOfLife,
  isHeld,
  removeExclusion,
  removeHolder,
} from "./exclusionDirectory";
import { livenessOf } from "./exclusionHolder";
import { hasLeftovers, removeLeftovers } from "./leftovers";

const steps: ExclusionSteps = {
  find: findExclusion,
  create: createExclusion,
  removeHolder,
  isHeld,
  giveSignOfLife,
  remove: removeExclusion,
  livenessOf: async ({ holder }) => livenessOf(holder),
  hasLeftovers,
  removeLeftovers,
  paths: { join, dirname, basename },
};

/** Locks at files of this machine by other times than the usual ones, which nobody gives back at the end. */
export function createLocalExclusions(timing?: ExclusionTiming): Exclusions {
  return new Exclusions(steps, timing);
}

/** The locks of this process at files of this machine; given back when it ends, by `process.exit` or by a signal. */
export const localExclusions = new Exclusions({
  ...steps,
  create: (directory, now) => {
    releaseAtExit();
    return createExclusion(directory, now);
  },
});

let releasesAtExit = false;

/** So that nobody waits for a process that ended properly. */
function releaseAtExit(): void {
  if (releasesAtExit) return;
  releasesAtExit = true;
  process.on("exit", () => localExclusions.releaseAll());
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    const listener = (): void => {
      // Somebody else listens too and decides whether the process ends.
      if (process.listenerCount(signal) > 1) return;
      localExclusions.releaseAll();
      process.off(signal, listener);
      process.kill(process.pid, signal);
    };
    process.on(signal, listener);
  }
}
