import { StoreError, storeRemedy } from "../keystore";
import { TrustError } from "../model";
import type { StackOwner } from "./claims/owner";
import { ownerNames, takeOverRemedy } from "./remedies";

/** What a resource of the provider cannot do. Nothing was changed on the host where one is thrown. */
export class ResourceError extends TrustError {
  declare readonly code: ResourceErrorCode;
}

export type ResourceErrorCode =
  | "import-id"
  | "artifact-missing"
  | "artifact-stale"
  | "artifact-locked"
  | "certificate-pem"
  | "foreign-entry"
  | "foreign-file"
  | "foreign-value"
  | "owned-by-others"
  | "claim-lost"
  | "drifted"
  | "shared"
  | "not-trusted-yet"
  | "phase-skipped"
  | "kept-locked"
  | "store-missing"
  | "store-foreign"
  | "store-sealed"
  | "config-file-missing"
  | "not-as-declared"
  | "incomplete-setting"
  | "older-generation"
  | "other-environment";

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

/** An attribute in PEM that is not one certificate. */
export function unfitPem(problem: string): ResourceError {
  return new ResourceError(
    "certificate-pem",
    `certificate_pem ${problem}. Give exactly one certificate, from -----BEGIN CERTIFICATE----- to ` +
      "-----END CERTIFICATE-----, and no key; for each certificate of a chain that is to be trusted declare an entry of " +
      "its own.",
  );
}

/** An attribute in PEM beside the fingerprint of another certificate. */
export function contradictedPem(found: string, declared: string): ResourceError {
  return new ResourceError(
    "certificate-pem",
    `certificate_pem has the fingerprint ${found}, and sha256 is ${declared}. Correct the one that is wrong, or leave ` +
      "sha256 out.",
  );
}

/**
 * Somebody else's file is where ours should be.
 *
 * @param importing - how it is imported, from `importRemedy`
 */
export function foreignFile(path: string, importing: string): ResourceError {
  return new ResourceError(
    "foreign-file",
    `${path} is there already with another content, and nobody said that it is ours. Set on_foreign = "replace", then ` +
      "it is kept beside its place and put back on destroy; or take it over, then its content is replaced, with " +
      `${importing} Nothing was changed.`,
  );
}

/** Somebody else's value is where ours should be, and it may be a list that others' values go by. */
export function foreignValue(what: string): ResourceError {
  return new ResourceError(
    "foreign-value",
    `${what} is set already to something else, nobody said that it is ours, and on_foreign = "refuse". Leave it out of ` +
      'what is declared here and see to it yourself (a broker of Kafka: configProviders: "theirs"), or take it out of the file. ' +
      "Nothing was changed.",
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

/**
 * A store that gets another password opens with neither.
 *
 * @param isFormerAtHand whether the former one was tried
 */
export function neitherOpens(
  path: string,
  { from, to }: { readonly from: string; readonly to: string },
  isFormerAtHand: boolean,
): StoreError {
  const former = isFormerAtHand
    ? `nor the former one (${from})`
    : `and the former one (${from}) is not at hand`;
  return new StoreError(
    "wrong-password",
    `${path}: the new password (${to}) does not open the store, ${former}. Correct the one or the other: the former one is ` +
      "needed until the store is under the new one. Nothing was changed.",
  );
}

/**
 * Somebody else's entry is where ours should be.
 *
 * @param importing - how it is imported, from `importRemedy`
 */
export function foreignEntry(path: string, alias: string, found: string, importing: string): ResourceError {
  return new ResourceError(
    "foreign-entry",
    `${path}: "${alias}" is there already: ${found}, and nobody said that it is ours. Set on_foreign = "replace" ` +
      "(onForeign in a stack), then it is kept beside the store and put back on destroy; or take it over as it is " +
      `(declare its certificate, for example with Certificate.existing) with ${importing} Nothing was changed.`,
  );
}

/** Another owner has claimed what is there, and it is not what is declared. */
export function ownedByOthers(what: string, found: string, owners: readonly string[]): ResourceError {
  return new ResourceError(
    "owned-by-others",
    `${what} is there already: ${found}, and it belongs to ${ownerNames(owners)}. Declare the same content there, ` +
      "choose another name here, or, if it is to be this configuration's from now on, say so with " +
      `${takeOverRemedy(owners)} Nothing was changed.`,
  );
}

/**
 * This owner's own declaration has put something else there, and the state does not know of it.
 *
 * @param importing - how it is imported, from `importRemedy`
 */
export function lostClaim(what: string, found: string, owner: string, importing: string): ResourceError {
  return new ResourceError(
    "claim-lost",
    `${what} is there already: ${found}, delivered from here (${owner}), and the state does not know it: its apply was ` +
      `killed, or the state was lost. Have it replaced with ${takeOverRemedy([owner])} Or take it over as it is with ` +
      `${importing} Nothing was changed.`,
  );
}

/** Somebody has changed something between plan and apply. */
export function drifted(what: string, found: string): ResourceError {
  return new ResourceError(
    "drifted",
    `${what} is ${found}, and the plan did not show that: somebody has changed it since. Plan again and look at what ` +
      "would be replaced. Nothing was changed.",
  );
}

/** Others rely on what an update would replace. */
export function sharedContent(what: string, owners: readonly string[]): ResourceError {
  return new ResourceError(
    "shared",
    `${what} is shared with ${ownerNames(owners)}, who have declared what is there now. Deliver the new content under ` +
      `another name, or, once they have it no more, take it over with ${takeOverRemedy(owners)} Nothing was changed.`,
  );
}

/** The host or the state remembers a newer generation of the declared identity. */
export function olderGeneration(what: string, declared: number, remembered: number): ResourceError {
  return new ResourceError(
    "older-generation",
    `${what} was delivered in generation ${remembered}, and generation ${declared} is declared: an older lock is being ` +
      "deployed. Deploy the newer lock, or make a higher generation with cdktf-trust lock --renew ID. If the lock was " +
      "lost and made anew, or another identity takes this one's place, deploy once with " +
      '--accept-older-generations (older_generations = "accept" in the provider block). Nothing was changed.',
  );
}

/** The state, or the host, is that of another environment. */
export function otherEnvironment(owner: string, found: StackOwner, wanted: StackOwner): ResourceError {
  const { environment, stack } = found;
  return new ResourceError(
    "other-environment",
    `this belongs to the environment ${environment} (stack ${stack}), and this configuration is that of the environment ` +
      `${wanted.environment} (stack ${wanted.stack}): the state or the host of another environment is in use. Point the ` +
      `backend at the state of ${wanted.environment}, and the host at its machine. If it is to be ` +
      `${wanted.environment}'s from now on, say so with ${takeOverRemedy([owner])} Nothing was changed.`,
  );
}

/** An anchor that is not where somebody relies on it. */
export interface MissingAnchor {
  readonly host: string;
  readonly path: string;
  /** Fingerprint of the anchor. */
  readonly sha256: string;
  /** Who puts it there; null where it is this configuration itself. */
  readonly stack: string | null;
  /** Whether it is known what the record beside a truststore would call it. */
  readonly isNamed: boolean;
}

/** Those who rely on a certificate do not trust the one that would take its place. */
export function notTrustedYet(what: string, missing: readonly MissingAnchor[]): ResourceError {
  const stacks = [...new Set(missing.flatMap(({ stack }) => stack ?? []))];
  const remedies = [
    ...(stacks.length === 0
      ? []
      : [`Deploy ${stacks.join(" and ")} first (cdktf-trust deploy ${stacks.join(" ")}), then this again`]),
    ...(missing.some(({ stack }) => stack === null)
      ? ["Apply this configuration as a whole, without -target"]
      : []),
  ];
  return new ResourceError(
    "not-trusted-yet",
    `${what} stays as it is, because its new certificate is not trusted yet where the old one is relied on: ` +
      `${missing.map(missingAnchor).join("; ")}. ${remedies.join(". ")}. Nothing was changed.`,
  );
}

/** An identity that changes in phases is to be served before what announces it was deployed. */
export function phaseSkipped(
  what: string,
  identity: string,
  missing: readonly MissingAnchor[],
): ResourceError {
  return new ResourceError(
    "phase-skipped",
    `${what} stays as it is: "${identity}" changes in phases, and this deploy would skip one, because the certificate ` +
      `that it would serve was not trusted before where it is relied on: ${missing.map(missingAnchor).join("; ")}. ` +
      "Deploy the commit of the lock that announces it first, in all stacks, and go on from there; or take this step back " +
      `with cdktf-trust rotate ${identity} --back and deploy that. Nothing was changed.`,
  );
}

function missingAnchor({ host, path, sha256, stack, isNamed }: MissingAnchor): string {
  const who = stack === null ? "this configuration itself" : stack;
  const hint = isNamed
    ? ""
    : " (nor can its record be asked: give `content`, or deliver the anchor in the chain)";
  return `${path} on ${host}, declared by ${who}, does not hold the anchor ${sha256}${hint}`;
}

/** What was displaced from a store is under another password than the store. */
export function keptLocked(path: string, reference: string): ResourceError {
  return new ResourceError(
    "kept-locked",
    `${path}: what was displaced from it is kept beside it in a store that the password ${reference} does not open, and ` +
      "more would have to be kept there. Give that store (.kept) the password of this one with keytool -storepasswd, then " +
      "apply again. Nothing was changed.",
  );
}

/** A store that was there before us, with entries of ours in it, is gone. */
export function storeVanished(path: string): ResourceError {
  return new ResourceError(
    "store-missing",
    `${path} was there before anything of ours was put into it, and is gone: making it anew would leave the product with ` +
      "our entries only. Restore it from a backup (the newest is beside it), or install the product again. If it is really " +
      "to be made anew, remove the record .cdktf-trust.json beside it first. Nothing was changed.",
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

/** A store of ours that is to be in another profile, and holds what keeps it from that. */
export function storeSealed(path: string, found: string, declared: string, reason: string): ResourceError {
  return new ResourceError(
    "store-sealed",
    `${path} is ${found}, declared is the profile ${declared}, and it cannot be re-encoded: ${reason}. Give every key the ` +
      "store's password (keytool -keypasswd) and take out what the declared format cannot hold, or convert the store with " +
      "keytool -importkeystore, which asks for the password of each key. Nothing was changed.",
  );
}

/** A run that only takes over what is there came upon something that it would have to write. */
export function notAsDeclared(path: string): ResourceError {
  return new ResourceError(
    "not-as-declared",
    `${path} is not as declared, and this run only takes over what is. Declare what is there (cdktf-trust host inventory ` +
      "lists it), or let cdktf-trust deploy change it. Nothing was changed.",
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
