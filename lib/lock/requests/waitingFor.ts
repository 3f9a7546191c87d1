import type { IdentityPlan } from "../../model";
import { day } from "../../model/day";
import { waitsForCertificate } from "../errors";
import type { Lock } from "../lock";
import { requestOf } from "../lockedParts";
import { issuerIdOf } from "../order";

/** An identity that is declared and waits for a certificate. */
export interface WaitingFor {
  readonly id: string;
  readonly facts: string;
  readonly remedy: string;
  /** Whether it has one until then, which is served. */
  readonly isServed: boolean;
}

/** Which of the declared identities wait for a certificate, their own or their issuer's, and what to do about it. */
export function waitingFor(lock: Lock, identities: readonly IdentityPlan[]): WaitingFor[] {
  const declared = new Map(identities.map((identity) => [identity.id, identity]));
  return identities.flatMap((identity): WaitingFor[] => {
    const { id } = identity;
    const request = requestOf(lock, id);
    if (request === undefined) return waitingForIssuer(lock, identity, declared);
    const command = commandIn(lock);
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

/** What cannot be issued before an authority above it has its own first certificate. */
function waitingForIssuer(
  lock: Lock,
  identity: IdentityPlan,
  declared: ReadonlyMap<string, IdentityPlan>,
): WaitingFor[] {
  const { id } = identity;
  const above = waitingAbove(lock, identity, declared);
  if (above === undefined) return [];
  return [
    {
      id,
      facts: `it waits for the certificate of "${above}", which it is issued below`,
      remedy: `${commandIn(lock)(`complete ${above} FILE`)} issues it as well`,
      isServed: lock.identities.has(id),
    },
  ];
}

/** Id of the authority that waits for its first certificate. */
function waitingAbove(
  lock: Lock,
  identity: IdentityPlan,
  declared: ReadonlyMap<string, IdentityPlan>,
): string | undefined {
  const issuer = declared.get(issuerIdOf(identity) ?? "");
  if (issuer === undefined || lock.identities.has(issuer.id)) return undefined;
  return requestOf(lock, issuer.id) === undefined ? waitingAbove(lock, issuer, declared) : issuer.id;
}

function commandIn({ environment }: Lock): (words: string) => string {
  return (words) => `\`cdktf-trust lock request ${words} --environment ${environment}\``;
}

/** @throws LockError `waits-for-certificate` where a declared identity has none yet */
export function requiredCertificates(lock: Lock, identities: readonly IdentityPlan[]): void {
  const missing = waitingFor(lock, identities).filter(({ isServed }) => !isServed);
  if (missing.length === 0) return;
  throw waitsForCertificate(
    lock.environment,
    missing.map(({ id, facts, remedy }) => ({ id, reason: `${facts}: ${remedy}` })),
  );
}
