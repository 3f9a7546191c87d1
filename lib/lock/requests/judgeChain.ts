import { day } from "../../model/day";
import type { Certificate } from "../../pki";

/**
 * What keeps a chain from being accepted anywhere (RFC 5280, 6.1): an issuer that is missing, is no authority, or is
 * outside its dates.
 *
 * @param chain an authority may be the first of it
 */
export function chainDifferences(chain: readonly Certificate[], now: Date): string[] {
  const top = chain.at(-1);
  const isComplete = top?.isSelfSigned ?? false;
  const authorities = chain[0]?.basicConstraints?.ca === true ? 1 : 0;
  return [
    ...chain.slice(1).flatMap((issuer, below) => issuerDifferences(issuer, below + authorities, now)),
    ...(isComplete || top === undefined
      ? []
      : [
          `the chain ends at ${top.toString()}: its issuer ${top.issuer.toString()} is neither in the files, nor among ` +
            "what the lock holds or the public roots; give it with --chain FILE",
        ]),
  ];
}

/** @param below how many authorities stand below it in the chain */
function issuerDifferences(issuer: Certificate, below: number, now: Date): string[] {
  const { basicConstraints, keyUsage, version, notBefore, notAfter } = issuer;
  const name = issuer.toString();
  // Roots of version 1 say nothing, and are trusted as they are.
  const isAuthority = basicConstraints?.ca ?? (version < 3 && issuer.isSelfSigned);
  const { pathLength } = basicConstraints ?? {};
  return [
    ...(isAuthority ? [] : [`its issuer ${name} is no authority`]),
    ...(keyUsage === undefined || keyUsage.includes("keyCertSign")
      ? []
      : [`its issuer ${name} may sign no certificates (key usage ${keyUsage.join(", ")})`]),
    ...(pathLength === undefined || below <= pathLength
      ? []
      : [`its issuer ${name} allows ${pathLength} authorities below it, and there are ${below}`]),
    ...(notAfter <= now ? [`its issuer ${name} expired on ${day(notAfter)}`] : []),
    ...(notBefore > now ? [`its issuer ${name} is not valid before ${notBefore.toISOString()}`] : []),
  ];
}
