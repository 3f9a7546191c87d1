import type { HopPlan, TrustPlan } from "../../model";
import { closest } from "../../model/closest";
import { plannedCertificates } from "../expiry/expiries";
import { formatTarget, formatTitle } from "./title";

/** What of a plan a word means. */
export type Lookup =
  | { readonly kind: "hop"; readonly hop: HopPlan }
  | { readonly kind: "certificate"; readonly sha256: string }
  /** Several things, each named so that it alone is meant. */
  | { readonly kind: "several"; readonly candidates: readonly Candidate[] }
  | { readonly kind: "unknown"; readonly closest?: string; readonly known: Known };

export interface Candidate {
  /** The word that means it alone. */
  readonly word: string;
  /** For people: what it is. */
  readonly what: string;
}

/** All that could have been meant. */
export interface Known {
  readonly hops: readonly string[];
  readonly aliases: readonly string[];
  readonly identities: readonly string[];
}

/** Hexadecimal digits of a fingerprint that tell certificates apart. */
const FEWEST_DIGITS = 8;

/**
 * What a word means: a hop by its id, its title (`CLIENT → ADDRESS:PORT`), address or client; a certificate by its alias, the id of
 * its identity, or the beginning of its fingerprint (SHA-256 or SHA-1, with colons or without).
 */
export function lookUp(plan: TrustPlan, word: string): Lookup {
  const hops = plan.hops.filter((hop) => namesOf(plan, hop).includes(word));
  const named = [
    ...byAlias(plan, (alias) => alias === word),
    ...byIdentity(plan, word),
    ...byFingerprint(plan, word),
  ];
  // Stores take aliases for the same whatever their case.
  const certificates = [
    ...new Set(
      named.length + hops.length > 0
        ? named
        : byAlias(plan, (alias) => alias.toLowerCase() === word.toLowerCase()),
    ),
  ];
  const [hop, ...moreHops] = hops;
  const [sha256, ...moreCertificates] = certificates;
  if (hop !== undefined && moreHops.length + certificates.length === 0) return { kind: "hop", hop };
  if (sha256 !== undefined && moreCertificates.length + hops.length === 0)
    return { kind: "certificate", sha256 };
  if (hop === undefined && sha256 === undefined) return unknown(plan, word);
  const subjects = new Map(
    plannedCertificates(plan).map(({ certificate }) => [certificate.sha256, certificate.subject]),
  );
  return {
    kind: "several",
    candidates: [
      ...hops.map((one) => ({ word: one.id, what: formatTitle(plan, one) })),
      ...certificates.map((one) => ({ word: one, what: subjects.get(one) ?? "a certificate" })),
    ],
  };
}

function namesOf(plan: TrustPlan, hop: HopPlan): readonly string[] {
  return [hop.id, formatTitle(plan, hop), formatTarget(plan, hop), hop.address, hop.clientName];
}

function byAlias(plan: TrustPlan, isMeant: (alias: string) => boolean): string[] {
  return plannedCertificates(plan).flatMap(({ certificate, place }) =>
    // An issuer beside a key has no alias of its own.
    place?.alias !== undefined && isMeant(place.alias) && place.use !== "chain" ? [certificate.sha256] : [],
  );
}

function byIdentity(plan: TrustPlan, word: string): string[] {
  return plan.identities.flatMap(({ id, pinned }) => {
    const leaf = pinned?.chain[0]?.sha256;
    return id === word && leaf !== undefined ? [leaf] : [];
  });
}

function byFingerprint(plan: TrustPlan, word: string): string[] {
  const digits = word.replaceAll(":", "").toUpperCase();
  if (digits.length < FEWEST_DIGITS || !/^[0-9A-F]+$/.test(digits)) return [];
  const begins = (fingerprint: string) => fingerprint.replaceAll(":", "").startsWith(digits);
  return plan.identities
    .flatMap(({ pinned }) => (pinned === undefined ? [] : [...pinned.chain, pinned.anchor]))
    .filter(({ sha256, sha1 }) => begins(sha256) || begins(sha1))
    .map(({ sha256 }) => sha256);
}

function unknown(plan: TrustPlan, word: string): Lookup {
  const aliases = plannedCertificates(plan).flatMap(({ place }) => place?.alias ?? []);
  const known = {
    hops: plan.hops.map((hop) => formatTitle(plan, hop)),
    aliases: [...new Set(aliases)],
    identities: plan.identities.map(({ id }) => id),
  };
  const near = closest(word, [
    ...known.aliases,
    ...known.identities,
    ...plan.hops.flatMap((hop) => namesOf(plan, hop)),
  ]);
  return { kind: "unknown", ...(near === undefined ? {} : { closest: near }), known };
}
