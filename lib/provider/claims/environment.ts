import { providerConfiguration } from "../configuration";
import { otherEnvironment } from "../errors";
import { parseOwner } from "./owner";

/**
 * Refuses a row, or a claim, of another environment of the same project: the backend or the host is the wrong one.
 * Other stacks of the environment, other projects, and owners that the provider block takes over from are left to the
 * rules of claims; what has no such owner, as plain HCL, has no environment.
 *
 * @throws ResourceError `other-environment`
 */
export function refuseOtherEnvironment(owner: string): void {
  const { owner: own, takeOver } = providerConfiguration();
  const [found, wanted] = [parseOwner(owner), parseOwner(own)];
  if (found === undefined || wanted === undefined || takeOver.includes(owner)) return;
  if (found.project !== wanted.project || found.environment === wanted.environment) return;
  throw otherEnvironment(owner, found, wanted);
}
