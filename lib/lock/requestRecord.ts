import { createHash } from "node:crypto";
import type {
  AuthorityIdentityRequest,
  DefaultedMember,
  IdentityRequest,
  IssuedIdentityRequest,
  RequestedIdentityRequest,
  SelfSignedIdentityRequest,
} from "../model";
import { canonicalJson } from "./canonicalJson";

/**
 * What was declared for an identity, as the lock records it. Where a store, a file or a password is found
 * is left out: places and contents are pinned on their own.
 */
export type RequestRecord =
  | Omit<SelfSignedIdentityRequest, "defaulted">
  | Omit<IssuedIdentityRequest, "defaulted">
  | RequestedRecord
  | Omit<AuthorityIdentityRequest, "defaulted">
  | { readonly kind: "existing"; readonly alias: string }
  | { readonly kind: "imported"; readonly alias?: string }
  | { readonly kind: "certificate" };

/** What was asked of somebody else's authority. */
export type RequestedRecord = Omit<RequestedIdentityRequest, "defaulted">;

/** A request for the lock: what was asked for, and what of it nobody declared. */
export function recordOf(request: RequestedIdentityRequest): Recorded<RequestedRecord>;
export function recordOf(request: IdentityRequest): Recorded;
export function recordOf(request: IdentityRequest): Recorded {
  if (request.kind === "existing") return recordOnly({ kind: request.kind, alias: request.alias });
  if (request.kind === "certificate") return recordOnly({ kind: request.kind });
  if (request.kind === "imported") {
    const { kind, alias } = request;
    return recordOnly({ kind, ...(alias === undefined ? {} : { alias }) });
  }
  const { defaulted = [], ...record } = request;
  return { request: record, defaults: defaulted };
}

interface Recorded<Record extends RequestRecord = RequestRecord> {
  readonly request: Record;
  readonly defaults: readonly DefaultedMember[];
}

function recordOnly(request: RequestRecord) {
  return { request, defaults: [] };
}

/** Whether two records ask for the same; version 1 of the lock kept a SHA-256 of the record. */
export function isSameRequest(pinned: RequestRecord | string, declared: RequestRecord): boolean {
  const text = canonicalJson(declared);
  return typeof pinned === "string"
    ? pinned === createHash("sha256").update(text).digest("hex")
    : canonicalJson(pinned) === text;
}
