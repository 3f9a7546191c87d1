import type { Finding, IdentityPlan, TrustPlan } from "../../model";
import { orderChain, type Certificate, parsed } from "../../pki";
import { day, refusedDates, refusal, type Refusal } from "../../rules";
import { refusedUsage, type TlsUse } from "../../java";
import type { PlanMaterials } from "../planMaterials";
import { finding } from "./report";

const DAY_MS = 86_400_000;

/** Certificates that end sooner are worth a warning. */
const EXPIRING_WITHIN_DAYS = 30;

/** Dates, chains, algorithms and usages of the plan's identities. */
export function checkIdentities(plan: TrustPlan, { chains }: PlanMaterials, now: Date): Finding[] {
  return plan.identities.flatMap((identity) => {
    const chain = (chains.get(identity.id) ?? []).map(parsed);
    const [leaf] = chain;
    if (leaf === undefined) return [];
    return [
      ...chain.flatMap((certificate) => checkCertificate(identity, certificate, certificate === leaf, now)),
      ...checkCompleteness(identity, leaf, chain),
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
  const reasons: Finding[] = [];
  const dates = refusedDates(certificate, now);
  if (dates !== undefined) reasons.push(finding(isLeaf ? "error" : "warning", id, dates));
  const daysLeft = Math.floor((certificate.notAfter.getTime() - now.getTime()) / DAY_MS);
  if (dates === undefined && daysLeft < EXPIRING_WITHIN_DAYS) {
    const cause = `the certificate of ${certificate.toString()} expires on ${day(certificate.notAfter)}, in ${daysLeft} days`;
    reasons.push(
      finding("warning", id, refusal("expiring", cause, "renew it in time, and let those who trust it know")),
    );
  }
  const weakness = weaknessOf(certificate);
  if (weakness !== undefined) reasons.push(finding("warning", id, weakness));
  return reasons;
}

function weaknessOf(certificate: Certificate): Refusal | undefined {
  const remedy = "issue it again with RSA 2048 or more, or EC P-256, and SHA-256";
  const [type, size] = certificate.keyAlgorithm.split(" ");
  if ((type === "RSA" || type === "DSA") && Number(size) < 2048) {
    return refusal(
      "weak-key",
      `${certificate.toString()} has a key of ${certificate.keyAlgorithm} bits`,
      remedy,
    );
  }
  // Nobody relies on the signature that a root puts under itself.
  if (certificate.isSelfIssued || !/sha-?1(?!\d)|md5/i.test(certificate.signatureAlgorithm)) return undefined;
  return refusal(
    "weak-signature",
    `${certificate.toString()} is signed with ${certificate.signatureAlgorithm}, which OpenSSL and browsers refuse`,
    remedy,
  );
}

function checkCompleteness(
  { id, request }: IdentityPlan,
  leaf: Certificate,
  chain: readonly Certificate[],
): Finding[] {
  if (request.kind === "certificate" || leaf.isSelfIssued) return [];
  const top = orderChain(leaf, chain).at(-1) ?? leaf;
  if (top.isSelfIssued || chain.length > 1) return [];
  const cause = `the chain of ${leaf.toString()} is one certificate long, and its issuer ${top.issuer.toString()} is not known`;
  const remedy =
    "hand over the whole chain with its intermediates, so that it can be presented; otherwise every client needs that issuer itself";
  return [finding("warning", id, refusal("chain-incomplete", cause, remedy))];
}

interface Use {
  /** Endpoint or binding. */
  readonly subject: string;
  readonly use: TlsUse;
  /** Whether some Java side verifies it. */
  readonly verifiedByJava: boolean;
}

function usesOf({ endpoints, bindings, hops }: TrustPlan, identityId: string): Use[] {
  const runtimes = new Map(endpoints.map(({ id, runtime }) => [id, runtime.kind]));
  const asServer = endpoints.filter((endpoint) => endpoint.identityId === identityId);
  const asClient = bindings.filter((binding) => binding.identityId === identityId);
  return [
    ...asServer.map(({ id }): Use => {
      const verifiedByJava = hops.some(
        ({ endpointId, runtime }) => endpointId === id && runtime.kind === "java",
      );
      return { subject: id, use: "server", verifiedByJava };
    }),
    ...asClient.map(({ id }): Use => {
      const verifiedByJava = hops.some(
        ({ bindingId, endpointId }) => bindingId === id && runtimes.get(endpointId) === "java",
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
  return [finding(refused ? "error" : "warning", subject, reason)];
}
