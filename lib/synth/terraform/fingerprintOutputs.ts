import { TerraformOutput, type TerraformStack } from "cdktf";
import { type FingerprintPlan, type TrustPlan, certificateAt } from "../../model";
import { parseCertificate } from "../../pki";
import type { IdentityResolver } from "../plan/identityResolver";
import { ResourceNames } from "./resourceName";

/** Makes the fingerprints that partners ask for outputs of the stack, readable with `terraform output`. */
export function addFingerprintOutputs(
  stack: TerraformStack,
  plan: TrustPlan,
  identity: IdentityResolver,
): void {
  const names = new ResourceNames(plan.stack);
  for (const fingerprint of plan.fingerprints) {
    const resolved = identity(fingerprint.identityId);
    if (resolved === undefined) continue;
    const value = inNotation(
      fingerprint,
      parseCertificate(certificateAt(resolved, fingerprint.part))[fingerprint.algorithm],
    );
    const output = new TerraformOutput(stack, `fingerprint.${fingerprint.id}`, { value, staticId: true });
    output.overrideLogicalId(names.nameOf(fingerprint.id));
  }
}

function inNotation({ notation }: FingerprintPlan, value: string): string {
  return notation === "colons" ? value : value.replaceAll(":", "");
}
