import type { Policy, PublicLifetime } from "../model";
import { DAY_MS, day, isoSeconds } from "../model/day";
import { type Certificate, isPublicRoot } from "../pki";
import { certificateOf } from "./certificates";
import { againstPolicy } from "./errors";
import { newestOf } from "./generations";
import { type Generation, type Lock, type LockedIdentity, leafOf } from "./lock";
import { findRoot } from "./observedAnchor";

/**
 * Most days of a certificate under a public root, by the first day that it may begin, the latest first (CA/Browser Forum
 * Baseline Requirements 6.3.2, ballots SC-081v3 and SC-031).
 */
const PUBLIC_LIFETIMES = [
  { from: "2029-03-15", days: 47 },
  { from: "2027-03-15", days: 100 },
  { from: "2026-03-15", days: 200 },
  { from: "2020-09-01", days: 398 },
] as const;

const AT_ONCE: Readonly<Record<Exclude<PublicLifetime, "by-date">, number>> = {
  "200-days": 200,
  "100-days": 100,
  "47-days": 47,
};

export interface PolicyCheck {
  /** Undefined where there was none. */
  readonly before: Lock | undefined;
  readonly after: Lock;
  readonly policy: Policy | undefined;
  readonly environment: string;
  /** Whether a certificate (SHA-256, `AB:CD:…`) is a public root. @default - those that Node ships */
  readonly isPublic?: (sha256: string) => boolean;
}

/**
 * Holds what somebody else issued and was taken in since the lock before against the environment's policy.
 *
 * @throws LockError `against-policy` with each identity, what is wrong, and what is allowed
 */
export function requirePolicy({
  before,
  after,
  policy,
  environment,
  isPublic = isPublicRoot,
}: PolicyCheck): void {
  if (policy === undefined) return;
  const problems = [...after.identities].flatMap(([id, identity]) => {
    const former = before?.identities.get(id);
    const newest = newestOf(identity);
    const known = former === undefined ? undefined : newestOf(former);
    if (!isIssuedElsewhere(identity) || isSame(known, newest)) return [];
    return [...reusedKey(known, newest, policy), ...tooLong(newest, policy, isPublic)].map(
      (problem) => `${id}: ${problem}`,
    );
  });
  if (problems.length > 0) throw againstPolicy(environment, problems);
}

/** What is made here follows the policy already, and of what has no key here nobody decides here. */
function isIssuedElsewhere({ kind, file, privateKey }: LockedIdentity): boolean {
  return kind === "requested" || (file !== undefined && privateKey !== undefined);
}

function isSame(former: Generation | undefined, identity: Generation): boolean {
  return former !== undefined && Buffer.compare(leafOf(former), leafOf(identity)) === 0;
}

function reusedKey(former: Generation | undefined, identity: Generation, { keyReuse }: Policy): string[] {
  if (keyReuse !== false || former === undefined) return [];
  const [one, other] = [certificateOf(leafOf(former)), certificateOf(leafOf(identity))];
  return Buffer.compare(one.spki, other.spki) === 0
    ? [
        `generation ${identity.generation} has the key of the one before, and keyReuse is false: get it for a new key`,
      ]
    : [];
}

function tooLong(
  { chain }: Generation,
  { publicLifetime }: Policy,
  isPublic: (sha256: string) => boolean,
): string[] {
  if (publicLifetime === undefined) return [];
  const found = findRoot(chain, []);
  const [leaf] = chain;
  if (leaf === undefined || !("anchor" in found) || !isPublic(certificateOf(found.anchor).sha256)) return [];
  const certificate = certificateOf(leaf);
  const days = (certificate.notAfter.getTime() - certificate.notBefore.getTime()) / DAY_MS;
  const most = mostDays(certificate, publicLifetime);
  return days <= most
    ? []
    : [
        `it is valid for ${Math.ceil(days)} days from ${day(certificate.notBefore)} under a public root, and ` +
          `publicLifetime "${publicLifetime}" allows ${most}`,
      ];
}

function mostDays({ notBefore }: Certificate, lifetime: PublicLifetime): number {
  if (lifetime !== "by-date") return AT_ONCE[lifetime];
  return PUBLIC_LIFETIMES.find(({ from }) => from <= isoSeconds(notBefore))?.days ?? Number.POSITIVE_INFINITY;
}
