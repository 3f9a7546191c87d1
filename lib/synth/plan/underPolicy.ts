import type { IdentityPlan, IdentityRequest, Policy } from "../../model";
import { againstPolicy } from "../errors";

/** A request whose key and certificate are made here. */
type MadeRequest = Extract<IdentityRequest, { readonly validityDays: number }>;

/**
 * Identities as an environment's policy has them: what nobody declared follows it, and counts as declared.
 *
 * @throws SynthError `against-policy` with everything that somebody declared against it
 */
export function underPolicy(
  identities: readonly IdentityPlan[],
  policy: Policy | undefined,
  environment: string,
): readonly IdentityPlan[] {
  if (policy === undefined) return identities;
  const followed = identities.map((identity) => ({ ...identity, request: follow(identity.request, policy) }));
  const problems = followed.flatMap(({ id, request }) =>
    violations(request, policy).map((found) => `${id}: ${found}`),
  );
  if (problems.length > 0) throw againstPolicy(environment, problems);
  return followed;
}

function follow(request: IdentityRequest, policy: Policy): IdentityRequest {
  if (!isMade(request)) return request;
  const { defaulted = [] } = request;
  const days = mostDays(request, policy);
  const [algorithm] = policy.keyAlgorithms ?? [];
  const shortened =
    defaulted.includes("validityDays") && days !== undefined && days < request.validityDays
      ? { validityDays: days }
      : {};
  const otherKey =
    defaulted.includes("keyAlgorithm") && algorithm !== undefined && !isAllowed(request, policy)
      ? { keyAlgorithm: algorithm }
      : {};
  const decided = Object.keys({ ...shortened, ...otherKey });
  if (decided.length === 0) return request;
  const left = defaulted.filter((member) => !decided.includes(member));
  const { defaulted: _, ...declared } = request;
  return { ...declared, ...shortened, ...otherKey, ...(left.length === 0 ? {} : { defaulted: left }) };
}

function violations(request: IdentityRequest, policy: Policy): string[] {
  if (!isMade(request)) return [];
  const days = mostDays(request, policy);
  return [
    ...(days !== undefined && request.validityDays > days
      ? [`validityDays is ${request.validityDays}, and at most ${days} are allowed`]
      : []),
    ...(isAllowed(request, policy)
      ? []
      : [
          `keyAlgorithm is ${request.keyAlgorithm}, and ${(policy.keyAlgorithms ?? []).join(", ")} are allowed`,
        ]),
  ];
}

function mostDays({ kind }: MadeRequest, policy: Policy): number | undefined {
  return kind === "authority" ? policy.authorityValidityDays : policy.validityDays;
}

function isAllowed({ keyAlgorithm }: MadeRequest, { keyAlgorithms }: Policy): boolean {
  return keyAlgorithms?.includes(keyAlgorithm) ?? true;
}

function isMade(request: IdentityRequest): request is MadeRequest {
  return "validityDays" in request;
}
