import type { RequestedIdentityRequest } from "../../model";
import { encodeGeneralName } from "../../pki";
import { canonicalJson } from "../canonicalJson";
import type { LockedPart } from "../lockedParts";
import { type RequestedRecord, recordOf } from "../requestRecord";

/** What was asked for last: with the request that waits, or else with the one that was completed. */
export function askedBefore(part: LockedPart | undefined): RequestedRecord | undefined {
  if (part?.requested !== undefined) return part.requested.request;
  if (part === undefined || !("chain" in part) || typeof part.request === "string") return undefined;
  return part.request.kind === "requested" ? part.request : undefined;
}

/**
 * What a declaration asks for: the declared values, and where nobody declared one, the value that was asked for before.
 * So no default that changed gives a partner who maps the subject another one.
 */
export function withAskedDefaults(
  request: RequestedIdentityRequest,
  before: RequestedRecord | undefined,
): RequestedIdentityRequest {
  if (before === undefined) return request;
  const { defaulted = [] } = request;
  return {
    ...request,
    ...(defaulted.includes("commonName") ? { subject: subjectOf(request, before) } : {}),
    ...(defaulted.includes("keyAlgorithm") ? { keyAlgorithm: before.keyAlgorithm } : {}),
  };
}

/** What of a declaration was not asked for so, in words; empty where all of it was. */
export function notAsked(request: RequestedIdentityRequest, before: RequestedRecord): string[] {
  const wanted = recordOf(withAskedDefaults(request, before)).request;
  const differs = (one: unknown, other: unknown): boolean => canonicalJson(one) !== canonicalJson(other);
  const names = ({ names: list }: RequestedRecord): string[] =>
    list.map((name) => encodeGeneralName(name).toString("hex")).sort();
  const usages = ({ extendedKeyUsages }: RequestedRecord): string[] => [...extendedKeyUsages].sort();
  const checks: [string, boolean][] = [
    ["its subject", differs(wanted.subject, before.subject)],
    ["its key algorithm", wanted.keyAlgorithm !== before.keyAlgorithm],
    ["its names", differs(names(wanted), names(before))],
    ["its purposes", differs(usages(wanted), usages(before))],
    ["whether it issues certificates", wanted.isAuthority !== before.isAuthority],
    ["its path length", wanted.pathLength !== before.pathLength],
  ];
  return checks.flatMap(([what, isDifferent]) => (isDifferent ? [what] : []));
}

/** A certificate must not be named after a host that it is not for any more. */
function subjectOf(request: RequestedIdentityRequest, before: RequestedRecord): RequestedRecord["subject"] {
  const { commonName } = before.subject;
  const has = ({ names }: Pick<RequestedRecord, "names">): boolean =>
    names.some(({ value }) => value === commonName);
  return has(before) && !has(request) ? request.subject : { ...request.subject, commonName };
}
