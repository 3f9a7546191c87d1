import type {
  AuthorityIdentityRequest,
  DistinguishedName,
  IdentityRequest,
  IssuedIdentityRequest,
  KeyAlgorithm,
  SelfSignedIdentityRequest,
  SubjectAltName,
} from "../model";
import { DAY_MS } from "../model/day";
import { type Certificate, encodeGeneralName, encodeName, parseName } from "../pki";
import { authoritySubject } from "./authoritySubject";
import { certificateOf } from "./certificates";
import { isIssued } from "./issuedBy";
import { type LockedIdentity, type PinnedChain, anchorOf, leafOf } from "./lock";
import { isSameRequest, recordOf } from "./requestRecord";

/** A request whose key and certificate are made here. */
export type MadeRequest = SelfSignedIdentityRequest | IssuedIdentityRequest | AuthorityIdentityRequest;

/** Dates of certificates are whole seconds. */
const DATE_TOLERANCE_MS = 1000;

/** As `Certificate.keyAlgorithm` calls them. */
const KEY_ALGORITHMS: Readonly<Record<KeyAlgorithm, string>> = {
  "rsa-2048": "RSA 2048",
  "rsa-3072": "RSA 3072",
  "rsa-4096": "RSA 4096",
  "ec-p256": "EC P-256",
  "ec-p384": "EC P-384",
  ed25519: "Ed25519",
};

/** Whether key and certificate are made here, and can be made again. */
export function isMade(request: IdentityRequest): request is MadeRequest {
  return isMadeKind(request.kind);
}

/**
 * What a declaration asks of an identity that is pinned already: the declared values, and where nobody
 * declared one, the value that is pinned. So neither a default that changed nor a renewal gives a partner
 * who maps the subject another one.
 */
export function withPinnedDefaults(request: MadeRequest, pinned: LockedIdentity | undefined): MadeRequest {
  if (pinned === undefined || !isMadeKind(pinned.kind)) return request;
  const { defaulted = [] } = request;
  const leaf = certificateOf(leafOf(pinned));
  return {
    ...request,
    ...(defaulted.includes("commonName") ? { subject: subjectOf(request, pinned, leaf) } : {}),
    ...(defaulted.includes("keyAlgorithm")
      ? { keyAlgorithm: keyAlgorithmOf(leaf) ?? request.keyAlgorithm }
      : {}),
    ...(defaulted.includes("validityDays")
      ? { validityDays: pinnedDays(pinned) ?? request.validityDays }
      : {}),
  };
}

/** What of a declaration the pinned identity does not fulfil, in words; empty where it fulfils all. */
export function unfulfilled(request: IdentityRequest, pinned: LockedIdentity): string[] {
  if (request.kind !== pinned.kind) return [`it is ${request.kind}, and was ${pinned.kind}`];
  if (!isMade(request)) {
    return isSameRequest(pinned.request, recordOf(request).request) ? [] : ["its alias"];
  }
  const wanted = withPinnedDefaults(request, pinned);
  const leaf = certificateOf(leafOf(pinned));
  const checks: [string, boolean][] = [
    ["its subject", hasSubject(leaf, wanted, pinned.generation)],
    ["its key algorithm", leaf.keyAlgorithm === KEY_ALGORITHMS[wanted.keyAlgorithm]],
    ["its validity", isValidFor(wanted.validityDays, pinned)],
    ["its issuer", hasIssuer(wanted) === isIssued(pinned)],
    ...purposeChecks(wanted, leaf),
  ];
  return checks.flatMap(([what, fulfilled]) => (fulfilled ? [] : [what]));
}

/** Whether key and certificate of an identity of this kind are made here. */
export function isMadeKind(kind: IdentityRequest["kind"]): boolean {
  return kind === "self-signed" || kind === "issued" || kind === "authority";
}

/** Which authority issued it is told from the chain, when the issuer is looked at. */
function hasIssuer(request: MadeRequest): boolean {
  return request.kind === "issued" || (request.kind === "authority" && request.issuerId !== undefined);
}

function purposeChecks(wanted: MadeRequest, leaf: Certificate): [string, boolean][] {
  if (wanted.kind === "authority") {
    return [["its path length", leaf.basicConstraints?.pathLength === wanted.pathLength]];
  }
  const names = sameSet(wanted.names.map(encodedName), leaf.subjectAltNames.map(encodedName));
  const usages = sameSet(wanted.extendedKeyUsages, leaf.extendedKeyUsages ?? []);
  return [
    ["its names", names],
    ["its purposes", usages],
  ];
}

/**
 * The pinned common name in the place of a default, unless it was one of the server's names and is none
 * any more: a certificate must not be named after a host that it is not for.
 */
function subjectOf(request: MadeRequest, pinned: LockedIdentity, leaf: Certificate): DistinguishedName {
  const commonName = recordedName(pinned) ?? leaf.subject.commonName;
  const names = (list: readonly SubjectAltName[]): string[] => list.map(({ value }) => value);
  const declared = request.kind === "authority" ? [] : names(request.names);
  if (commonName === undefined) return request.subject;
  const isGone = names(leaf.subjectAltNames).includes(commonName) && !declared.includes(commonName);
  return isGone ? request.subject : { ...request.subject, commonName };
}

/** What an authority was asked to be called, before its generation was added to it; version 1 added none. */
function recordedName({ request }: LockedIdentity): string | undefined {
  return typeof request !== "string" && request.kind === "authority" ? request.subject.commonName : undefined;
}

function keyAlgorithmOf({ keyAlgorithm }: Certificate): KeyAlgorithm | undefined {
  const algorithms = Object.keys(KEY_ALGORITHMS) as KeyAlgorithm[];
  return algorithms.find((algorithm) => KEY_ALGORITHMS[algorithm] === keyAlgorithm);
}

/** An authority's later generations may have a name of their own; earlier versions gave all of them one. */
function hasSubject({ subject }: Certificate, wanted: MadeRequest, generation: number): boolean {
  const names = [wanted.subject];
  if (wanted.kind === "authority") names.push(authoritySubject(wanted.subject, generation));
  return names.some((name) => subject.toString() === parseName(encodeName(name)).toString());
}

function isValidFor(days: number, pinned: PinnedChain): boolean {
  const shortfall = days * DAY_MS - lifetimeOf(certificateOf(leafOf(pinned)));
  return Math.abs(shortfall) <= DATE_TOLERANCE_MS || (shortfall > 0 && endsWithIssuer(pinned));
}

/** Undefined where the certificate's end says nothing, because it was its issuer's. */
function pinnedDays(pinned: PinnedChain): number | undefined {
  return endsWithIssuer(pinned) ? undefined : Math.round(lifetimeOf(certificateOf(leafOf(pinned))) / DAY_MS);
}

/**
 * A certificate ends no later than its issuer's, however long it was declared for. The issuer is the anchor where the
 * chain has what cross-signs that, or leaves it out.
 */
function endsWithIssuer(pinned: PinnedChain): boolean {
  if (!isIssued(pinned)) return false;
  const end = certificateOf(leafOf(pinned)).notAfter.getTime();
  return [pinned.chain[1] ?? anchorOf(pinned), anchorOf(pinned)].some(
    (issuer) => Math.abs(certificateOf(issuer).notAfter.getTime() - end) <= DATE_TOLERANCE_MS,
  );
}

function lifetimeOf({ notBefore, notAfter }: Certificate): number {
  return notAfter.getTime() - notBefore.getTime();
}

/** As the certificate holds it: `straße.example` is `xn--…`, and an address has one form. */
function encodedName(name: SubjectAltName): string {
  return encodeGeneralName(name).toString("hex");
}

function sameSet(one: readonly string[], other: readonly string[]): boolean {
  const set = new Set(one);
  return set.size === new Set(other).size && other.every((item) => set.has(item));
}
