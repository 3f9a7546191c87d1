import {
  childrenOf,
  contextTag,
  readAsn1,
  readObjectIdentifier,
  readSequence,
  readSmallInteger,
  Tag,
} from "./asn1";
import type { Extension } from "./extension";
import { Oid } from "./objectIdentifiers";

/** The policy that stands for every other. */
export const ANY_POLICY = "2.5.29.32.0";

/** What a certificate says of certificate policies (RFC 5280, 4.2.1.4, 4.2.1.5, 4.2.1.11 and 4.2.1.14). */
export interface CertificatePolicies {
  /** Dotted; absent where there is no such extension. */
  readonly ids?: readonly string[];
  /** Whether policies are marked critical and have qualifiers. */
  readonly hasCriticalQualifiers: boolean;
  /** Policies of the issuer's domain with their equals in the subject's. */
  readonly mappings: readonly (readonly [issuer: string, subject: string])[];
  /** Certificates that may follow before every one needs a valid policy. */
  readonly requireExplicit?: number;
  /** Certificates that may follow before mappings end. */
  readonly inhibitMapping?: number;
  /** Certificates that may follow before `anyPolicy` stands for nothing. */
  readonly inhibitAny?: number;
}

export function readPolicies(extensions: readonly Extension[]): CertificatePolicies {
  const found = (oid: string) => extensions.find((extension) => extension.oid === oid);
  const policies = found(Oid.certificatePolicies);
  const listed = policies === undefined ? undefined : readSequence(readAsn1(policies.value), "the policies");
  const parts = listed?.map((policy) => readSequence(policy, "a policy"));
  const mappings = found(Oid.policyMappings);
  const constraints = found(Oid.policyConstraints);
  const inhibitAny = found(Oid.inhibitAnyPolicy);
  const limits = constraints === undefined ? [] : childrenOf(readAsn1(constraints.value));
  const limit = (number: number): number | undefined => {
    const part = limits.find(({ tag }) => tag === contextTag(number, false));
    return part === undefined
      ? undefined
      : readSmallInteger({ ...part, tag: Tag.integer }, "a policy constraint");
  };
  const [requireExplicit, inhibitMapping] = [limit(0), limit(1)];
  return {
    ...(parts === undefined ? {} : { ids: parts.map(([id]) => readObjectIdentifier(id, "a policy")) }),
    hasCriticalQualifiers: policies?.critical === true && parts?.some((part) => part.length > 1) === true,
    mappings:
      mappings === undefined
        ? []
        : readSequence(readAsn1(mappings.value), "the policy mappings").map((pair) => {
            const [issuer, subject] = readSequence(pair, "a policy mapping");
            return [
              readObjectIdentifier(issuer, "a policy mapping"),
              readObjectIdentifier(subject, "a policy mapping"),
            ] as const;
          }),
    ...(requireExplicit === undefined ? {} : { requireExplicit }),
    ...(inhibitMapping === undefined ? {} : { inhibitMapping }),
    ...(inhibitAny === undefined
      ? {}
      : { inhibitAny: readSmallInteger(readAsn1(inhibitAny.value), "the inhibition of any policy") }),
  };
}
