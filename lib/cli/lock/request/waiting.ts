import { type Lock, type PendingRequest, noLock, pendingRequests } from "../../../lock";
import { UsageError } from "../../errors";
import type { LockContext } from "../context";

/** @throws LockError `no-lock` */
export function requiredLock({ session, environment }: LockContext): Lock {
  if (session.lock === undefined) throw noLock(session.path, environment);
  return session.lock;
}

/** @throws UsageError where nothing of that id waits */
export function waitingRequest(lock: Lock, id: string): PendingRequest {
  const pending = pendingRequests(lock);
  const request = pending.get(id);
  if (request !== undefined) return request;
  throw new UsageError(
    `"${id}" waits for no certificate; what waits: ${[...pending.keys()].join(", ") || "nothing"}`,
  );
}
