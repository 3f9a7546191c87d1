import { type TrustPlan, readBy } from "../../model";
import { readSynthesisedResources } from "../../project";
import { trustActivationIdOf } from "../../synth/terraform/addressedPart";
import { plainName } from "../../synth/terraform/resourceName";
import { artifactPath } from "../../synth/artifacts/artifactPath";
import type { StackOutput } from "./manifest";

/**
 * Terraform's addresses of what a stack trusts: entries of truststores, files that anchors are read from, and what
 * makes running products read them.
 */
export function anchorAddresses({ plan, workingDirectory }: StackOutput): string[] {
  const {
    trust_truststore_entry: entries = {},
    trust_file: files = {},
    trust_activation: activations = {},
  } = readSynthesisedResources(workingDirectory);
  const hosts = new Map(plan.hosts.map((host) => [host.id, host]));
  const locations = [
    ...plan.hops.map(({ anchors }) => anchors),
    ...plan.endpoints.map(({ clientAnchors }) => clientAnchors),
  ];
  const fileIds = new Set(locations.flatMap((place) => (place?.kind === "pem" ? [place.fileId] : [])));
  const artifacts = new Set(
    plan.files.flatMap(({ id, hostId, path }) => {
      const host = hosts.get(hostId);
      return host === undefined || !fileIds.has(id) ? [] : [artifactPath(host, path)];
    }),
  );
  return [
    ...Object.keys(entries).map((name) => `trust_truststore_entry.${name}`),
    ...Object.entries(files).flatMap(([name, { artifact }]) =>
      artifact !== undefined && artifacts.has(artifact) ? [`trust_file.${name}`] : [],
    ),
    ...trustingNames(plan)
      .filter((name) => Object.hasOwn(activations, name))
      .map((name) => `trust_activation.${name}`),
  ];
}

/** Names of the activations that come before any key of their product, or of which it has none. */
function trustingNames(plan: TrustPlan): string[] {
  const places = [...plan.endpoints, ...plan.bindings].map(({ identity }) => identity);
  const keyed = new Set([
    ...places.flatMap((place) => (place.kind === "pem" ? [place.certificateFileId, place.keyFileId] : [])),
    ...plan.entries.flatMap(({ kind, storeId }) => (kind === "key" ? [storeId] : [])),
  ]);
  return (plan.activations ?? []).map((activation) =>
    plainName(
      plan.stack,
      readBy(activation).some((id) => keyed.has(id)) ? trustActivationIdOf(activation.id) : activation.id,
    ),
  );
}
