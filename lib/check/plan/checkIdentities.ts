import { type Finding, type IdentityPlan, type TrustPlan, planIndex } from "../../model";
import { type Certificate, parsed } from "../../pki";
import { finding } from "../../rules";
import { refusedUsage, type TlsUse } from "../../java";
import type { PlanFacts } from "../planFacts";
import { checkCompleteness, checkDates, checkStrength, isKeyRefused } from "../checkCertificate";

/** Dates, chains, algorithms and usages of the plan's identities. */
export function checkIdentities(plan: TrustPlan, { chains }: PlanFacts, now: Date): Finding[] {
  return plan.identities.flatMap((identity) => {
    const chain = (chains.get(identity.id) ?? []).map(parsed);
    const [leaf] = chain;
    if (leaf === undefined) return [];
    return [
      ...chain.flatMap((certificate) => checkCertificate(identity, certificate, certificate === leaf, now)),
      ...checkIssuers(identity, leaf, chain),
      ...usesOf(plan, identity.id).flatMap((use) => checkUse(use, leaf)),
    ];
  });
}

/** A leaf outside its dates is of no use; whether an issuer outside its dates matters, the hops tell. */
function checkCertificate(
  { id }: IdentityPlan,
  certificate: Certificate,
  isLeaf: boolean,
  now: Date,
): Finding[] {
  const dates = checkDates(certificate, now);
  const datesLevel = dates?.rule === "expiring" || !isLeaf ? "warning" : "error";
  // Whether a key or signature that Java alone refuses matters, the hops tell.
  const strengthLevel = isKeyRefused(certificate) ? "error" : "warning";
  return [
    ...(dates === undefined ? [] : [finding(id, dates, datesLevel)]),
    ...checkStrength(certificate).map((reason) => finding(id, reason, strengthLevel)),
  ];
}

function checkIssuers(
  { id, request }: IdentityPlan,
  leaf: Certificate,
  chain: readonly Certificate[],
): Finding[] {
  const reason = request.kind === "certificate" ? undefined : checkCompleteness(leaf, chain);
  return reason === undefined ? [] : [finding(id, reason)];
}

interface Use {
  /** Endpoint or binding. */
  readonly subject: string;
  readonly use: TlsUse;
  /** Whether some Java side verifies it. */
  readonly verifiedByJava: boolean;
}

function usesOf(plan: TrustPlan, identityId: string): Use[] {
  const { endpoint, endpointsOf, bindingsOf, hopsOf, hopsWith } = planIndex(plan);
  return [
    ...endpointsOf(identityId).map(({ id }): Use => {
      const verifiedByJava = hopsOf(id).some(({ runtime }) => runtime.kind === "java");
      return { subject: id, use: "server", verifiedByJava };
    }),
    ...bindingsOf(identityId).map(({ id }): Use => {
      const verifiedByJava = hopsWith(id).some(
        ({ endpointId }) => endpoint(endpointId)?.runtime.kind === "java",
      );
      return { subject: id, use: "client", verifiedByJava };
    }),
  ];
}

/** Only Java insists on digitalSignature, and not for a self-signed certificate that is itself trusted. */
function checkUse({ subject, use, verifiedByJava }: Use, leaf: Certificate): Finding[] {
  const reason = refusedUsage(leaf, use);
  if (reason === undefined) return [];
  const refused = !leaf.isSelfIssued && (verifiedByJava || reason.rule === "usage-not-allowed");
  return [finding(subject, reason, refused ? "error" : "warning")];
}
