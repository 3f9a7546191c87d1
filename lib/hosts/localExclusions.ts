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
import { releaseAtExit } from "./releaseAtExit";
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
    releaseAtExit(localExclusions);
    return createExclusion(directory, now);
  },
});
