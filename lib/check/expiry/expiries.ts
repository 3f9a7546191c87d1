import { type HopPlan, type IdentityPlan, type TrustPlan, placeOf, planIndex } from "../../model";
import { endsWithin } from "../../model/day";
import { groupBy } from "../../model/groupBy";
import { EXPIRING_WITHIN_DAYS } from "../../rules";
import { checkDates, daysUntil } from "../checkCertificate";
import {
  type CertificatePlace,
  type CertificateUse,
  type ChainOf,
  type PlacedCertificate,
  certificateSites,
  pinnedChain,
  placedAt,
} from "./certificateSites";
import type { DatedCertificate } from "./datedCertificate";
import { type RenewalAdvice, renewalOf } from "./renewal";

/** A certificate that ends soon, or has ended: whose it is, where it stands, what needs it, and what to do. */
export interface Expiry extends DatedCertificate, RenewalAdvice {
  /** Whole days until then; negative after it. */
  readonly daysLeft: number;
  /** Id of the identity whose certificate it is, as the lock names it. */
  readonly identityId: string;
  readonly places: readonly CertificatePlace[];
  /** Ids of the hops that need it. */
  readonly hopIds: readonly string[];
  readonly rule: "expired" | "expiring";
  /** All of it in one line. */
  readonly message: string;
}

export interface ExpiryOptions {
  readonly now: Date;
  /** How soon an end counts. @default 30 */
  readonly withinDays?: number;
  /** Where certificates stand. @default - where and what the plan says */
  readonly placed?: readonly PlacedCertificate[];
}

/** The certificates of a plan that end soon or have ended, the first to end first, each once. */
export function expiriesOf(plan: TrustPlan, options: ExpiryOptions): readonly Expiry[] {
  const { now, withinDays = EXPIRING_WITHIN_DAYS, placed = plannedCertificates(plan) } = options;
  const ending = placed.filter(({ certificate }) =>
    endsWithin(new Date(certificate.notAfter), now, withinDays),
  );
  const owners = new Owners(plan);
  return [...groupBy(ending, ({ certificate }) => certificate.sha256).values()]
    .flatMap((same) => expiryOf(plan, owners, same, { now, withinDays }) ?? [])
    .toSorted(
      (one, other) =>
        compare(one.notAfter, other.notAfter) ||
        compare(one.subject, other.subject) ||
        compare(one.sha256, other.sha256),
    );
}

/** The certificates of all identities of a plan, and where it puts them. */
export function plannedCertificates(
  plan: TrustPlan,
  chainOf: ChainOf = pinnedChain,
): readonly PlacedCertificate[] {
  return [
    ...certificateSites(plan, chainOf).flatMap((site) => placedAt(site, site.pinned)),
    ...plan.identities.flatMap((identity) => ownCertificates(identity, chainOf)),
  ];
}

/** The certificates of an identity, wherever they stand. */
export function ownCertificates(identity: IdentityPlan, chainOf: ChainOf = pinnedChain): PlacedCertificate[] {
  const known = chainOf(identity);
  if (known === undefined) return [];
  return [...known.chain, known.anchor].map((certificate) => ({ certificate, identityId: identity.id }));
}

function expiryOf(
  plan: TrustPlan,
  owners: Owners,
  same: readonly PlacedCertificate[],
  { now, withinDays }: { readonly now: Date; readonly withinDays: number },
): Expiry | undefined {
  const [first] = same;
  if (first === undefined) return undefined;
  const { certificate } = first;
  const notAfter = new Date(certificate.notAfter);
  const dated = { notBefore: new Date(certificate.notBefore), notAfter, toString: () => certificate.subject };
  const reason = checkDates(dated, now, withinDays);
  const owner = owners.of(same);
  if (owner === undefined || (reason?.rule !== "expired" && reason?.rule !== "expiring")) return undefined;
  const places = unique(same.flatMap(({ place }) => place ?? []));
  const hops = hopsOf(plan, new Set(same.map(({ identityId }) => identityId)));
  const where = [...placesInWords(places), ...hopsInWords(plan, hops)].join("; ");
  return {
    ...certificate,
    daysLeft: daysUntil(notAfter, now),
    identityId: owner.id,
    ...renewalOf(plan, owner, certificate),
    places,
    hopIds: hops.map(({ id }) => id),
    rule: reason.rule,
    message: where === "" ? reason.message : `${reason.message}: ${where}`,
  };
}

/** Whose certificates they are. */
class Owners {
  private readonly byLeaf = new Map<string, IdentityPlan>();

  constructor(private readonly plan: TrustPlan) {
    // What several have is whose key is here.
    for (const identity of [...plan.identities].sort((one, other) => rank(one) - rank(other))) {
      const leaf = identity.pinned?.chain[0]?.sha256;
      if (leaf !== undefined && !this.byLeaf.has(leaf)) this.byLeaf.set(leaf, identity);
    }
  }

  /** The identity whose own certificate it is; otherwise one that it belongs to. */
  of(same: readonly PlacedCertificate[]): IdentityPlan | undefined {
    const [first] = same;
    if (first === undefined) return undefined;
    const { identity } = planIndex(this.plan);
    return this.byLeaf.get(first.certificate.sha256) ?? identity(first.identityId);
  }
}

function rank({ request }: IdentityPlan): number {
  return request.kind === "certificate" ? 1 : 0;
}

/** The hops on which certificates of the identities are presented. */
function hopsOf(plan: TrustPlan, identityIds: ReadonlySet<string>): readonly HopPlan[] {
  const { endpoint: endpointOf, binding: bindingOf } = planIndex(plan);
  return plan.hops.filter((hop) => {
    const endpoint = endpointOf(hop.endpointId);
    const located = endpoint?.identity;
    const known = located?.kind === "outside" ? located.leadsTo : undefined;
    const partnersId = known === undefined || known === "public-roots" ? undefined : known.identityId;
    const needed = [endpoint?.identityId, partnersId, bindingOf(hop.bindingId)?.identityId];
    return needed.some((id) => id !== undefined && identityIds.has(id));
  });
}

const USES: readonly (readonly [CertificateUse, string])[] = [
  ["presented", "presented from"],
  ["chain", "sent along from"],
  ["trusted", "trusted in"],
  ["delivered", "delivered to"],
];

function placesInWords(places: readonly CertificatePlace[]): string[] {
  return USES.flatMap(([use, words]) => {
    const there = places.filter((place) => place.use === use).map(inWords);
    return there.length === 0 ? [] : [`${words} ${some(there)}`];
  });
}

function inWords({ hostId, path, alias }: CertificatePlace): string {
  const file = placeOf(hostId, path);
  return alias === undefined ? file : `${file} "${alias}"`;
}

function hopsInWords(plan: TrustPlan, hops: readonly HopPlan[]): string[] {
  const { endpoint } = planIndex(plan);
  const names = hops.map(
    ({ clientName, address, endpointId }) => `${clientName} → ${address}:${endpoint(endpointId)?.port}`,
  );
  return names.length === 0 ? [] : [`needed by ${some(names)}`];
}

/** So many are told of in one line; tools get all of them. */
const TOLD = 3;

function some(names: readonly string[]): string {
  const told = names.slice(0, TOLD).join(", ");
  return names.length <= TOLD ? told : `${told} and ${names.length - TOLD} more`;
}

function unique(places: readonly CertificatePlace[]): readonly CertificatePlace[] {
  return [...new Map(places.map((place) => [JSON.stringify(place), place])).values()];
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}
