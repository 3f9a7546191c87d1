import { readSynthesisedResources } from "../../project";
import { artifactPath } from "../../synth/artifacts/artifactPath";
import type { StackOutput } from "./manifest";

/** Terraform's addresses of what a stack trusts: entries of truststores, and files that anchors are read from. */
export function anchorAddresses({ plan, workingDirectory }: StackOutput): string[] {
  const { trust_truststore_entry: entries = {}, trust_file: files = {} } =
    readSynthesisedResources(workingDirectory);
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
  ];
}
