import { type HopPlan, type TrustPlan, planIndex } from "../../model";
import { daysUntil } from "../checkCertificate";
import type { CertificatePlace } from "../expiry/certificateSites";
import type { DatedCertificate } from "../expiry/datedCertificate";
import { plannedCertificates } from "../expiry/expiries";
import { type RenewalAdvice, renewalOf } from "../expiry/renewal";
import { type Reliance, type RelianceRole, ownerOfCertificate, reliancesOn } from "./reliance";
import { formatTitle } from "./title";

/** A certificate: where it is, who relies on it, what breaks if it goes, until when. */
export interface ExplainedCertificate extends DatedCertificate, RenewalAdvice {
  /** Whole days until it ends; negative after it. */
  readonly daysLeft: number;
  /** Id of the identity whose certificate it is, as the lock names it. */
  readonly identityId: string;
  /** Counts the certificates that this identity has had. */
  readonly generation: number;
  readonly places: readonly CertificatePlace[];
  readonly reliedOnBy: readonly Reliance[];
}

/** A hop: the certificates that it needs, and until when it works. */
export interface ExplainedHop {
  readonly hopId: string;
  /** `CLIENT → ADDRESS:PORT`, for people. */
  readonly hop: string;
  readonly clientHostId: string;
  /** Absent where the server is on nobody's host here. */
  readonly serverHostId?: string;
  /** When the first certificate ends that it needs: ISO 8601, UTC, seconds; absent where none is known. */
  readonly expires?: string;
  readonly needs: readonly (ExplainedCertificate & {
    readonly role: RelianceRole;
    readonly breaks: boolean;
  })[];
}

/** As a handshake goes. */
const ORDER: readonly RelianceRole[] = [
  "server-presents",
  "client-trusts",
  "client-presents",
  "server-trusts",
];

/** Undefined for a certificate that the plan does not pin. */
export function explainCertificate(
  plan: TrustPlan,
  sha256: string,
  now: Date,
): ExplainedCertificate | undefined {
  const same = plannedCertificates(plan).filter(({ certificate }) => certificate.sha256 === sha256);
  const owner = ownerOfCertificate(plan, sha256);
  const [first] = same;
  if (first === undefined || owner === undefined) return undefined;
  const { certificate } = first;
  const places = same.flatMap(({ place }) => place ?? []);
  return {
    ...certificate,
    daysLeft: daysUntil(new Date(certificate.notAfter), now),
    identityId: owner.id,
    generation: owner.pinned?.generation ?? 1,
    ...renewalOf(plan, owner, certificate),
    places: [...new Map(places.map((place) => [JSON.stringify(place), place])).values()],
    reliedOnBy: reliancesOn(plan, sha256),
  };
}

export function explainHop(plan: TrustPlan, hop: HopPlan, now: Date): ExplainedHop {
  const known = [...new Set(plannedCertificates(plan).map(({ certificate }) => certificate.sha256))];
  const needs = known.flatMap((sha256) => {
    const explained = explainCertificate(plan, sha256, now);
    if (explained === undefined) return [];
    return explained.reliedOnBy
      .filter(({ hopId }) => hopId === hop.id)
      .map(({ role, breaks }) => ({ ...explained, role, breaks }));
  });
  needs.sort((one, other) => ORDER.indexOf(one.role) - ORDER.indexOf(other.role));
  const expires = needs
    .filter(({ breaks }) => breaks)
    .map(({ notAfter }) => notAfter)
    .sort()[0];
  const { host, endpoint } = planIndex(plan);
  const serverHostId = endpoint(hop.endpointId)?.hostId;
  const isKnown = serverHostId !== undefined && host(serverHostId)?.kind !== "outside";
  return {
    hopId: hop.id,
    hop: formatTitle(plan, hop),
    clientHostId: hop.clientHostId,
    ...(isKnown ? { serverHostId } : {}),
    ...(expires === undefined ? {} : { expires }),
    needs,
  };
}
