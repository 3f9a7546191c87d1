import { App, type TerraformStack } from "cdktf";
import type { KnownCertificate } from "../constructs/pinnedCertificate";
import { type ChainPart, certificateAt } from "../model";
import { parseCertificate, summarise, toPem } from "../pki";
import { edgesOf } from "./edges";
import { EnvironmentSynthesis } from "./environmentSynthesis";

/**
 * A certificate of the app's environment, for a stack that may be prepared before those that declare it.
 *
 * @returns undefined where only the plan is asked for, and where the lock lacks it
 * @throws SynthError as all stacks of the environment do
 */
export function knownCertificate(
  stack: TerraformStack,
  identityId: string,
  part: ChainPart,
): KnownCertificate | undefined {
  const app = App.of(stack);
  const environment = edgesOf(app).environment(stack);
  if (environment.planOnly) return undefined;
  const identity = EnvironmentSynthesis.of(app, stack, environment).lock.identity(identityId);
  if (identity === undefined) return undefined;
  const der = certificateAt(identity, part);
  return { summary: summarise(parseCertificate(der)), pem: toPem(der, "CERTIFICATE") };
}
