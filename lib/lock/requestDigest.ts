import { createHash } from "node:crypto";
import type { IdentityRequest } from "../model";

/**
 * Digest of what is declared for an identity, so that a changed declaration is noticed. Where a store, a
 * file or a password is found does not count: places and contents are pinned on their own.
 */
export function requestDigest(request: IdentityRequest): string {
  return createHash("sha256")
    .update(canonicalJson(essenceOf(request)))
    .digest("hex");
}

function essenceOf(request: IdentityRequest): unknown {
  if (request.kind === "certificate") return { kind: request.kind };
  if (request.kind === "existing" || request.kind === "imported") {
    return { kind: request.kind, alias: request.alias };
  }
  // JSON leaves out what is undefined.
  return { ...request, defaulted: undefined };
}

/** JSON whose member order does not depend on how an object came to be. */
function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) => {
    if (typeof member !== "object" || member === null || Array.isArray(member)) return member;
    return Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}
