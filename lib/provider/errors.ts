import { StoreError, storeRemedy } from "../keystore";
import { TrustError } from "../model";

/** What a resource of the provider cannot do. Nothing was changed on the host where one is thrown. */
export class ResourceError extends TrustError {
  declare readonly code: ResourceErrorCode;
}

export type ResourceErrorCode =
  | "import-id"
  | "artifact-missing"
  | "artifact-stale"
  | "artifact-locked"
  | "foreign-entry"
  | "foreign-file"
  | "alias-taken"
  | "store-missing"
  | "store-foreign"
  | "config-file-missing"
  | "incomplete-setting";

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

/** The secret was another one when synth ran. */
export function artifactLocked(artifact: string, reference: string): ResourceError {
  return new ResourceError(
    "artifact-locked",
    `${artifact}: the password ${reference} does not open it. It was another one when synth wrote the artifact: ` +
      "correct the secret, or run synth again with it. Nothing was changed.",
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

/** Runs something on a store and names the store, and the reference to its password, in what it throws. */
export function inStore<T>(path: string, reference: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const sentences = [`${error.message}.`, storeRemedy(error.code), "Nothing was changed."];
    const message = `${path} (password ${reference}): ${sentences.filter((text) => text !== "").join(" ")}`;
    throw new StoreError(error.code, message, { cause: error });
  }
}

/** Somebody else's entry is where ours should be. */
export function foreignEntry(path: string, alias: string, found: string, importId: string): ResourceError {
  return new ResourceError(
    "foreign-entry",
    `${path}: "${alias}" is there already: ${found}, and nobody said that it is ours. Take it over as it is with ` +
      `terraform import ADDRESS '${importId}' (declare its certificate, for example with Certificate.existing), or ` +
      'set on_foreign = "replace" (onForeign in a stack): the store is kept as .orig beside it, and the entry is put ' +
      "back on destroy. Nothing was changed.",
  );
}

/** Something is where the older of two generations has to wait. */
export function previousTaken(path: string, alias: string): ResourceError {
  return new ResourceError(
    "alias-taken",
    `${path}: "${alias}" is taken by an entry that is not ours, and the older certificate has to move there while ` +
      "both are trusted. Rename that entry with keytool -changealias, then apply again. Nothing was changed.",
  );
}

/** The product has not brought its store. */
export function storeMissing(path: string): ResourceError {
  return new ResourceError(
    "store-missing",
    `${path} does not exist. Install the product that brings it, correct the path, or declare the store with ` +
      'if_missing = "create".',
  );
}

/** The declared profile does not fit a store that somebody else made. */
export function storeForeign(path: string, found: string, declared: string): ResourceError {
  return new ResourceError(
    "store-foreign",
    `${path} is ${found}, declared is the profile ${declared}, and the store is not ours to re-encode. Declare what ` +
      "it is, or convert it with keytool -importkeystore. Nothing was changed.",
  );
}

/** A product's own file is not there. */
export function configFileMissing(path: string): ResourceError {
  return new ResourceError(
    "config-file-missing",
    `${path} does not exist. Install the product that brings it, or correct the path.`,
  );
}

/** A setting lacks what its kind needs. */
export function incompleteSetting(kind: string): ResourceError {
  return new ResourceError(
    "incomplete-setting",
    `A setting of the kind "${kind}" cannot be read. Write kind = "xml-attribute" with element and attribute, ` +
      'kind = "property" with key, or kind = "line" with pattern.',
  );
}
