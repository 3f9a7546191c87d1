import { TrustError } from "../model";

/** What a resource of the provider cannot do. Nothing was changed on the host where one is thrown. */
export class ResourceError extends TrustError {
  declare readonly code: ResourceErrorCode;
}

export type ResourceErrorCode =
  | "import-id"
  | "artifact-missing"
  | "artifact-stale"
  | "foreign-entry"
  | "foreign-file"
  | "alias-taken"
  | "store-missing"
  | "store-changed"
  | "store-foreign";

/** @param id what `terraform import` was given */
export function badImportId(id: string, form: string): ResourceError {
  return new ResourceError(
    "import-id",
    `"${id}" does not say what to import. Write ${form}, for example ` +
      "local:hosts/ispw:/opt/product/conf/cacerts#electricflow?password=env:CACERTS_PASSWORD.",
  );
}

/** The artifact that synth writes beside the configuration is not there. */
export function artifactMissing(artifact: string): ResourceError {
  return new ResourceError(
    "artifact-missing",
    `the artifact ${artifact} does not exist in ${process.cwd()}. Run synth again, with the secrets and ` +
      "without --no-artifacts, then apply.",
  );
}

/** The artifact holds something else than the configuration declares. */
export function artifactStale(
  artifact: string,
  what: string,
  declared: string,
  found: string,
): ResourceError {
  return new ResourceError(
    "artifact-stale",
    `${artifact}: the ${what} should be ${declared}, it is ${found}. The artifact and the configuration ` +
      "come from two different runs of synth; run it again, then plan and apply.",
  );
}

/** Somebody else's file is where ours should be. */
export function foreignFile(path: string): ResourceError {
  return new ResourceError(
    "foreign-file",
    `${path} is there already with another content, and nobody said that it is ours. Take it over with ` +
      'terraform import (its content is then replaced), or set on_foreign = "replace": the file is kept as ' +
      ".orig beside it and put back on destroy. Nothing was changed.",
  );
}
