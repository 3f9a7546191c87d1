import type { TrustPlan } from "../../model";
import type { TrustResourceType } from "./trustResource";

/** A part of a plan that `TerraformGraph` makes a resource of. */
export interface AddressedPart {
  readonly type: TrustResourceType | "null_resource";
  /** What `ResourceNames` names it after. */
  readonly id: string;
  /** Whether the fingerprint of what it delivers is in its name. */
  readonly hasFingerprint: boolean;
}

/** Plan id that the barrier of an endpoint is named after. */
export function barrierIdOf(endpointId: string): string {
  return `${endpointId}/TrustFirst`;
}

/** Plan id that the hooks of an endpoint are named after. */
export function hooksIdOf(endpointId: string): string {
  return `${endpointId}/AfterDeploy`;
}

/** Plan id that the first of two activations is named after, which comes before any key. */
export function trustActivationIdOf(activationId: string): string {
  return `${activationId}/trust`;
}

/** Every part of a plan that may be a resource, as long as it is not left out. */
export function addressedParts(plan: TrustPlan): AddressedPart[] {
  const part = (type: AddressedPart["type"], id: string, hasFingerprint = false): AddressedPart => ({
    type,
    id,
    hasFingerprint,
  });
  return [
    ...plan.stores.map(({ id }) => part("trust_keystore", id)),
    ...plan.entries.map(({ kind, id }) =>
      kind === "anchor" ? part("trust_truststore_entry", id, true) : part("trust_key_entry", id),
    ),
    ...plan.files.map(({ id }) => part("trust_file", id)),
    ...plan.configFiles.map(({ id }) => part("trust_config_file", id)),
    ...plan.endpoints.flatMap(({ id }) => [
      part("null_resource", barrierIdOf(id)),
      part("null_resource", hooksIdOf(id)),
    ]),
    ...(plan.activations ?? []).flatMap(({ id }) => [
      part("trust_activation", trustActivationIdOf(id)),
      part("trust_activation", id),
    ]),
  ];
}
