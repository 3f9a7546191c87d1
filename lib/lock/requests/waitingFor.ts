import type { IdentityPlan } from "../../model";
import { day } from "../../model/day";
import { waitsForCertificate } from "../errors";
import type { Lock } from "../lock";
import { requestOf } from "../lockedParts";

/** An identity that is declared and waits for a certificate. */
export interface WaitingFor {
  readonly id: string;
  readonly facts: string;
  readonly remedy: string;
  /** Whether it has one until then, which is served. */
  readonly isServed: boolean;
}

/** Which of the declared identities wait for a certificate, and what to do about it. */
export function waitingFor(lock: Lock, identities: readonly Pick<IdentityPlan, "id">[]): WaitingFor[] {
  return identities.flatMap(({ id }): WaitingFor[] => {
    const request = requestOf(lock, id);
    if (request === undefined) return [];
    const command = (words: string): string =>
      `\`cdktf-trust lock request ${words} --environment ${lock.environment}\``;
    const served = lock.identities.get(id);
    const until = served === undefined ? "" : `; generation ${served.generation} is served until then`;
    return [
      {
        id,
        facts: `it waits for a certificate, since ${day(request.at)}${until}`,
        remedy: `${command(`export ${id}`)} prints the request, and ${command(`complete ${id} FILE`)} takes what comes back`,
        isServed: served !== undefined,
      },
    ];
  });
}

/** @throws LockError `waits-for-certificate` where a declared identity has none yet */
export function requiredCertificates(lock: Lock, identities: readonly Pick<IdentityPlan, "id">[]): void {
  const missing = waitingFor(lock, identities).filter(({ isServed }) => !isServed);
  if (missing.length === 0) return;
  throw waitsForCertificate(
    lock.environment,
    missing.map(({ id, facts, remedy }) => ({ id, reason: `${facts}: ${remedy}` })),
  );
}
