import {
  claimsOf,
  contentOfEntry,
  contentOfVersion1,
  fileNameOf,
  HostError,
  type HostFiles,
  openHost,
  ownershipPath,
  parsePlannedPath,
  readOwnership,
} from "../hosts";
import { certificatesIn, fingerprint, isPem, plainFingerprint } from "../pki";
import { type MissingAnchor, notTrustedYet, phaseSkipped } from "./errors";
import { checkEach, checkFingerprint } from "./location";
import {
  type CallContext,
  defaulted,
  type Diagnostic,
  isKnown,
  optional,
  required,
  type StateOf,
  type Unknown,
} from "./protocol";
import { REFUSE_AT_PLAN_VARIABLE } from "./variables";
import { reachHost } from "./reachHost";

const placeAttributes = {
  host: required.string("Address of the relying host, as in `host` of the resources there."),
  path: required.string("Absolute path of the truststore, or of the PEM file, that must hold the anchor."),
  sha256: required.string("SHA-256 fingerprint of the anchor, as keytool prints it."),
  content: optional.string(
    "What the record beside the truststore knows the anchor by, `content` of its `trust_truststore_entry`. Needed " +
      "only where the anchor is not among the certificates that are delivered here.",
  ),
  ssh: optional.mapOfStrings("How the relying host is reached, as in `ssh` of the resources there."),
  stack: optional.string("Stack or configuration that puts it there, where it is not this one."),
};

/** Attribute of what serves or presents an identity. */
export const relyingAttributes = {
  relying: defaulted.listOf(
    placeAttributes,
    "Where an anchor has to be before this certificate may take the place of another one.",
    { quiet: true },
  ),
  phased: defaulted.bool(
    false,
    "Whether the anchors have to be there before the apply, and not only before the certificate, because the identity " +
      "changes in phases and this one is not the first. Default: `false`.",
    { quiet: true },
  ),
};

/** A truststore that must hold an anchor. */
export type RelyingPlace = StateOf<typeof placeAttributes>;

/** A certificate that is about to be served or presented, and the one before it. */
export interface Replacement {
  /** The resource's place, for messages. */
  readonly what: string;
  /** SHA-256 of what is there; undefined or empty where nothing is, so that nobody can rely on it. */
  readonly prior: string | undefined;
  readonly next: string;
  readonly relying: readonly RelyingPlace[] | Unknown;
  /** The identity that changes in phases: its anchors are in place before the apply. @default - it does not */
  readonly inPhases?: string;
  /** DER of the certificates that are delivered. */
  readonly delivered: () => Promise<readonly Uint8Array[]>;
}

/** What is wrong with the places of a configuration, as far as they are known. */
export function checkRelying(relying: readonly RelyingPlace[] | Unknown | null): Diagnostic[] {
  if (relying === null || !isKnown(relying)) return [];
  const checks = { host: openHost, path: parsePlannedPath, sha256: checkFingerprint, content: checkContent };
  return relying
    .flatMap((place) => (isKnown(place) ? checkEach(place, checks) : []))
    .map((found) => ({ ...found, summary: `${found.summary} of a relying place`, attribute: "relying" }));
}

/**
 * Makes sure that those who rely on a certificate trust the one that takes its place.
 *
 * @throws ResourceError `not-trusted-yet`, before anything is written; HostError
 */
export async function requireTrust(replacement: Replacement): Promise<void> {
  const missing = await missingPlaces(replacement, knownPlaces(replacement.relying));
  if (missing.length > 0) throw notTrustedYet(replacement.what, missing);
}

/** The identity that is replaced, where it changes in phases. */
export function changesInPhases({
  identity,
  phased,
}: {
  readonly identity: string | Unknown;
  readonly phased: boolean | Unknown;
}): Pick<Replacement, "inPhases"> {
  return isKnown(phased) && phased && isKnown(identity) ? { inPhases: identity } : {};
}

/**
 * Tells at plan what the apply would be refused for. What this configuration puts in place itself comes before the
 * certificate in the same apply, and is left to that; unless it changes in phases, of which the first one was to put it
 * there.
 *
 * @throws ResourceError `not-trusted-yet` where `REFUSE_AT_PLAN_VARIABLE` says so; `phase-skipped`
 */
export async function foreseeTrust(replacement: Replacement, context: CallContext): Promise<void> {
  if (replacement.inPhases !== undefined) return foreseePhase(replacement, replacement.inPhases);
  const elsewhere = knownPlaces(replacement.relying).filter(({ stack }) => stack !== null);
  const missing = await missingPlaces(replacement, elsewhere).catch(leaveToApply);
  if (missing.length === 0) return;
  const refusal = notTrustedYet(replacement.what, missing);
  if (process.env[REFUSE_AT_PLAN_VARIABLE] === "1") throw refusal;
  context.warn(`The apply of ${replacement.what} will be refused as things are`, refusal.message);
}

/** Before this apply: what it adds itself would be read by nobody before the certificate changes. */
async function foreseePhase(replacement: Replacement, identity: string): Promise<void> {
  const places = knownPlaces(replacement.relying);
  const missing = await missingPlaces(replacement, places)
    .then((found) => Promise.all(found.map(async (place) => ((await isNewHere(place)) ? [] : [place]))))
    .catch(leaveToApply);
  if (missing.flat().length > 0) throw phaseSkipped(replacement.what, identity, missing.flat());
}

/** A truststore of this configuration that is not there yet: nobody can have relied on it. */
async function isNewHere({ host, path, stack }: MissingAnchor): Promise<boolean> {
  return stack === null && (await reachHost(host).readFile(path)) === undefined;
}

async function missingPlaces(
  { prior = "", next, delivered }: Replacement,
  places: readonly RelyingPlace[],
): Promise<MissingAnchor[]> {
  if (prior === "" || plainHash(prior) === plainHash(next) || places.length === 0) return [];
  const certificates = places.every(({ content }) => content !== null) ? [] : await delivered();
  const looked = await Promise.all(
    places.map(async (place): Promise<MissingAnchor[]> => {
      const content = place.content ?? contentAmong(certificates, place.sha256);
      if (await isTrusted(place, content)) return [];
      return [{ ...place, isNamed: content !== undefined }];
    }),
  );
  return looked.flat();
}

function contentAmong(certificates: readonly Uint8Array[], sha256: string): string | undefined {
  const anchor = certificates.find((der) => fingerprint("sha256", der) === sha256);
  return anchor === undefined ? undefined : contentOfEntry("anchor", [anchor]);
}

/**
 * Whether a place holds its anchor: a truststore as the record beside it says, which needs no password; a PEM file
 * as it is. A record that announces a write which may not have been finished is no proof.
 *
 * @param content by which the record knows the anchor; version 1 knew it by its fingerprint
 */
async function isTrusted(
  { host: address, path, sha256 }: RelyingPlace,
  content: string | undefined,
): Promise<boolean> {
  const host = reachHost(address);
  const file = await host.readFile(path);
  if (file === undefined) return false;
  if (isPem(file.bytes)) return isAmong(certificatesIn(file.bytes), sha256);
  const known = [content, contentOfVersion1(sha256)];
  const claims = claimsOf(await readOwnership(host, path));
  if (!claims.some((claim) => claim.kind === "anchor" && known.includes(claim.content))) return false;
  return claims.every(({ replaces }) => replaces === undefined) || (await isNewerThanRecord(host, path));
}

/** A record that announces a write is older than the file only where that write was made. */
async function isNewerThanRecord(host: HostFiles, path: string): Promise<boolean> {
  const files = await host.listBeside(path);
  const modified = (name: string) => files.find((file) => file.name === name)?.modifiedMs ?? 0;
  const record = fileNameOf(await ownershipPath(host, path));
  return modified(fileNameOf(await host.realPath(path))) > modified(record);
}

/** Hashes of files may be written in two ways. */
function plainHash(hash: string): string {
  return plainFingerprint(hash).toLowerCase();
}

function isAmong(certificates: readonly Uint8Array[], sha256: string): boolean {
  return certificates.some((der) => fingerprint("sha256", der) === sha256);
}

/** At plan, places may still be unknown as a whole or in part. */
function knownPlaces(places: readonly RelyingPlace[] | Unknown): RelyingPlace[] {
  return isKnown(places)
    ? places.filter((place) => isKnown(place) && Object.values(place).every((value) => isKnown(value)))
    : [];
}

/** A host that cannot be looked at while a plan is made may be reached by the apply. */
function leaveToApply(error: unknown): MissingAnchor[] {
  if (error instanceof HostError) return [];
  throw error;
}

function checkContent(content: string): void {
  if (/^[0-9a-f]{64}$/.test(content)) return;
  throw new RangeError(`"${content}" is not a content: 64 hexadecimal digits.`);
}
