import type { LockedIdentity } from "./lock";

/** Whether an identity was declared to issue certificates; of one that came from files the lock does not say so. */
export function isLockedAuthority({ kind, request }: Pick<LockedIdentity, "kind" | "request">): boolean {
  if (kind === "authority") return true;
  return typeof request !== "string" && request.kind === "requested" && request.isAuthority === true;
}
