import {
  type Finding,
  type HopPlan,
  type IdentityPlan,
  type TrustPlan,
  isFormerGeneration,
  planIndex,
} from "../../model";
import { type Certificate, parsed } from "../../pki";
import { finding, type Refusal, refusedDates } from "../../rules";
import { refusedUsage, type TlsUse } from "../../java";
import type { PlanFacts } from "../planFacts";
import { isStrictCall, StrictCertificates } from "./strictCertificates";
import { checkCompleteness, checkStrength, isKeyRefused } from "../checkCertificate";
import { type ChainOf, pinnedChain } from "../expiry/certificateSites";
import { datedOf } from "../expiry/datedCertificate";
import { expiriesOf, plannedCertificates } from "../expiry/expiries";
import { renewalOf } from "../expiry/renewal";

/** Dates, chains, algorithms and usages of the plan's identities. */
export function checkIdentities(plan: TrustPlan, { chains, hops }: PlanFacts, now: Date): Finding[] {
  const judged = new Set(hops.map(({ hopId }) => hopId));
  const strict = new StrictCertificates(plan, chains);
  return plan.identities.flatMap((identity) => {
    // What is wrong with a certificate that nobody presents any more is no reason to keep what follows it.
    if (isFormerGeneration(identity, planIndex(plan).identity)) return [];
    const chain = (chains.get(identity.id) ?? []).map(parsed);
    const [leaf] = chain;
    if (leaf === undefined) return [];
    return [
      ...chain.flatMap((certificate) =>
        checkCertificate(plan, identity, certificate, {
          isLeaf: certificate === leaf,
          isStrict: strict.has(certificate),
          now,
        }),
      ),
      ...checkIssuers(identity, leaf, chain),
      ...usesOf(plan, identity.id, judged).flatMap((use) => checkUse(use, leaf)),
    ];
  });
}

interface CertificateUse {
  readonly isLeaf: boolean;
  /** Whether some call presents it that is judged strictly, or none does. */
  readonly isStrict: boolean;
  readonly now: Date;
}

/** A leaf outside its dates is of no use; whether an issuer outside its dates matters, the hops tell. */
function checkCertificate(
  plan: TrustPlan,
  identity: IdentityPlan,
  certificate: Certificate,
  { isLeaf, isStrict, now }: CertificateUse,
): Finding[] {
  const { id } = identity;
  const dates = refusedDates(certificate, now);
  const datesLevel = !isLeaf || !isStrict ? "warning" : "error";
  // Whether a key or signature that Java alone refuses matters, the hops tell.
  const strengthLevel = isKeyRefused(certificate) && isStrict ? "error" : "warning";
  return [
    ...(dates === undefined
      ? []
      : [finding(id, withRenewal(plan, identity, certificate, dates), datesLevel)]),
    ...checkStrength(certificate).map((reason) => finding(id, reason, strengthLevel)),
  ];
}

/** A certificate that has ended, with what makes the next one. */
function withRenewal(
  plan: TrustPlan,
  identity: IdentityPlan,
  certificate: Certificate,
  dates: Refusal,
): Refusal {
  if (dates.rule !== "expired") return dates;
  const { remedy } = renewalOf(plan, identity, datedOf(certificate));
  return { ...dates, remedy: `${dates.remedy}; ${remedy}` };
}

/** Certificates that end soon, each once, whichever identities have it. */
export function checkExpiries(plan: TrustPlan, { chains }: Pick<PlanFacts, "chains">, now: Date): Finding[] {
  const chainOf: ChainOf = (identity) => {
    const pinned = pinnedChain(identity);
    if (pinned !== undefined) return pinned;
    const chain = (chains.get(identity.id) ?? []).map((der) => datedOf(parsed(der)));
    const anchor = chain.at(-1);
    return anchor === undefined ? undefined : { chain, anchor };
  };
  const expiries = expiriesOf(plan, { now, placed: plannedCertificates(plan, chainOf) });
  return expiries
    .filter(({ rule }) => rule === "expiring")
    .map(({ identityId, rule, message, remedy }) => finding(identityId, { rule, message, remedy }));
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
  /** Whether some call that presents it is judged strictly, or none presents it: the others tell themselves. */
  readonly isStrict: boolean;
  /** Whether some Java side verifies it on such a call, which is not judged by itself. */
  readonly verifiedByJava: boolean;
}

function usesOf(plan: TrustPlan, identityId: string, judged: ReadonlySet<string>): Use[] {
  const { endpoint, endpointsOf, bindingsOf, hopsOf, hopsWith } = planIndex(plan);
  const isOpen = (hop: HopPlan) => isStrictCall(hop, plan) && !judged.has(hop.id);
  return [
    ...endpointsOf(identityId).map(({ id }): Use => {
      const hops = hopsOf(id);
      const verifiedByJava = hops.some((hop) => isOpen(hop) && hop.runtime.kind === "java");
      return { subject: id, use: "server", isStrict: isSomeStrict(hops, plan), verifiedByJava };
    }),
    ...bindingsOf(identityId).map(({ id }): Use => {
      const hops = hopsWith(id);
      const verifiedByJava = hops.some(
        (hop) => isOpen(hop) && endpoint(hop.endpointId)?.runtime.kind === "java",
      );
      return { subject: id, use: "client", isStrict: isSomeStrict(hops, plan), verifiedByJava };
    }),
  ];
}

function isSomeStrict(hops: readonly HopPlan[], plan: TrustPlan): boolean {
  return hops.length === 0 || hops.some((hop) => isStrictCall(hop, plan));
}

/** Only Java insists on digitalSignature, and not for a self-signed certificate that is itself trusted. */
function checkUse({ subject, use, isStrict: mayRefuse, verifiedByJava }: Use, leaf: Certificate): Finding[] {
  const reason = refusedUsage(leaf, use);
  if (reason === undefined) return [];
  const refused =
    !leaf.isSelfIssued && (verifiedByJava || (mayRefuse && reason.rule === "usage-not-allowed"));
  return [finding(subject, reason, refused ? "error" : "warning")];
}
