import {
  type AnnounceOptions,
  type Lock,
  type LockedIdentity,
  type OpenLock,
  type RotationStep,
  announce,
  formatLock,
  readLock,
} from "../../../lib/lock";
import type { IdentityPlan } from "../../../lib/model";
import { parseCertificate, publicKeyMatches } from "../../../lib/pki";
import { anchorOf } from "../../../lib/lock/lock";
import { authority, issued, newLock, pin, pinOptions, seededRandom, selfSigned } from "../support";

/** Two authorities above a server, and one identity that stands alone. */
export const FLEET = [
  authority("root"),
  authority("ca", "root", 1000),
  issued("web", "ca"),
  selfSigned("jetty"),
];

export function steady(identities: readonly IdentityPlan[] = FLEET): OpenLock {
  return pin(identities, newLock()).open;
}

export function announced(
  open: OpenLock,
  id: string,
  overrides: Partial<AnnounceOptions> & { readonly identities?: readonly IdentityPlan[] } = {},
): OpenLock {
  const { identities = FLEET, ...others } = overrides;
  return signed(open, announce(rotateOptions(open, id, identities, others)));
}

export function rotateOptions(
  open: OpenLock,
  id: string,
  identities: readonly IdentityPlan[] = FLEET,
  overrides: Partial<AnnounceOptions> = {},
): AnnounceOptions {
  const { plan, now, readFile, resolveSecret } = pinOptions(identities, open);
  const randomBytes = seededRandom("announce");
  return {
    plan,
    lock: open.lock,
    open: () => open,
    now,
    readFile,
    resolveSecret,
    randomBytes,
    id,
    ...overrides,
  };
}

/** Takes a step, and reads what is written of it as any lock is read: signatures, order of generations, digests. */
export function signed(open: OpenLock, { lock }: Pick<RotationStep, "lock">): OpenLock {
  const next = open.withLock(lock).signed(seededRandom("sign"));
  checkLock(next);
  return next;
}

export function identityOf(lock: Lock, id: string): LockedIdentity {
  const identity = lock.identities.get(id);
  if (identity === undefined) throw new Error(`${id} was expected`);
  return identity;
}

/** Phase and numbers of each identity: `announced 1 (2)`. */
export function states({ lock }: Pick<OpenLock, "lock">): Record<string, string> {
  return Object.fromEntries(
    [...lock.identities].map(([id, { generation, rotation }]) => [
      id,
      rotation === undefined
        ? `steady ${generation}`
        : `${rotation.phase} ${generation} (${rotation.other.generation})`,
    ]),
  );
}

/**
 * What always holds: the lock reads back as it was written, each chain is signed link by link up to its anchor, each key
 * opens and belongs to its certificate, numbers fall, and a generation of the past has no key.
 */
export function checkLock(open: OpenLock): void {
  const { lock } = open;
  expect(readLock(formatLock(lock))).toEqual(lock);
  for (const [id, identity] of lock.identities) {
    const { rotation, previous } = identity;
    for (const generation of [identity, ...(rotation === undefined ? [] : [rotation.other])]) {
      checkChain(generation);
      const leaf = parseCertificate(generation.chain[0] ?? Buffer.of());
      if (generation.privateKey === undefined) throw new Error(`${id} was expected with its key`);
      const key = open.openKey(id, generation, generation.privateKey);
      expect(publicKeyMatches(leaf, key)).toBe(true);
    }
    expect(Object.keys(previous ?? {})).not.toContain("privateKey");
  }
}

function checkChain(generation: Parameters<typeof anchorOf>[0]): void {
  const chain = generation.chain.map(parseCertificate);
  const anchor = parseCertificate(anchorOf(generation));
  expect(anchor.isSelfSigned).toBe(true);
  chain.forEach((certificate, index) => {
    if (certificate.sha256 === anchor.sha256) return;
    const issuer = chain[index + 1];
    // The last one of a cross-signed chain is the anchor's name and key, by another issuer.
    if (issuer !== undefined) expect(certificate.isSignedBy(issuer)).toBe(true);
    else expect(anchor.publicKey.equals(certificate.publicKey) || certificate.isSignedBy(anchor)).toBe(true);
    const name = issuer?.subject ?? certificate.issuer;
    expect(certificate.issuer.equals(name)).toBe(true);
  });
}
