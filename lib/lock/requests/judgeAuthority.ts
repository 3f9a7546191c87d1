import type { RequestedIdentityRequest } from "../../model";
import type { Certificate } from "../../pki";

/**
 * What keeps a certificate from issuing what is declared below it (RFC 5280, 4.2.1.3, 4.2.1.9).
 *
 * @param authoritiesBelow how many authorities are declared on the longest way down from it
 */
export function authorityDifferences(
  { basicConstraints, keyUsage }: Certificate,
  { pathLength: asked = 0 }: Pick<RequestedIdentityRequest, "pathLength">,
  authoritiesBelow: number,
): string[] {
  const { pathLength } = basicConstraints ?? {};
  const needed = Math.max(asked, authoritiesBelow);
  return [
    ...(basicConstraints?.ca === true ? [] : ["it is no authority's certificate: it may not issue others"]),
    ...(keyUsage === undefined || keyUsage.includes("keyCertSign")
      ? []
      : [`the key usage keyCertSign is missing; it has ${keyUsage.join(", ")}`]),
    ...(pathLength === undefined || pathLength >= needed
      ? []
      : [`its path length is ${pathLength}, and ${needed} is needed for the authorities below it`]),
  ];
}
