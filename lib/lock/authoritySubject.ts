import type { DistinguishedName } from "../model";

/**
 * The name of one generation of an authority: two authorities of one name and different keys confuse those who look
 * for an issuer by its name, so each generation after the first has one of its own, `Example Root G2`.
 */
export function authoritySubject(declared: DistinguishedName, generation: number): DistinguishedName {
  return generation === 1 ? declared : { ...declared, commonName: `${declared.commonName} G${generation}` };
}
