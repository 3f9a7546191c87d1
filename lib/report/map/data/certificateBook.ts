import { renewalOf } from "../../../check/expiry/renewal";
import { type CertificateSummary, type IdentityPlan, type TrustPlan, isAuthority } from "../../../model";
import { groupBy } from "../../../model/groupBy";
import { compare } from "../order";
import { shortened } from "../words";
import type { MapCertificate } from "./mapData";

const LONGEST_NAME = 120;

/** The certificates of one or two plans by fingerprint, each under a name of its own. */
export class CertificateBook {
  private readonly bySha256: ReadonlyMap<string, MapCertificate>;

  constructor(plans: readonly TrustPlan[]) {
    const authorities = new Set(plans.flatMap(authoritiesOf));
    const known = new Map<string, { readonly summary: CertificateSummary; readonly name: string }>();
    for (const summary of plans.flatMap(({ identities }) => identities).flatMap(certificatesOf))
      known.set(summary.sha256, { summary, name: nameOf(summary) });
    const equal = groupBy([...known.values()], ({ name }) => name);
    const renewals = new Map(plans.flatMap(renewalsOf));
    this.bySha256 = new Map(
      [...known.values()].map(({ summary, name }): [string, MapCertificate] => {
        const { sha256, subject, notAfter } = summary;
        const isAlone = equal.get(name)?.length === 1;
        const renewal = renewals.get(sha256);
        const certificate = {
          sha256,
          name: isAlone ? name : `${name} · ${sha256.slice(0, 5)}`,
          subject: shortened(subject, LONGEST_NAME * 2),
          notAfter,
          isAuthority: authorities.has(sha256),
          ...(renewal === undefined ? {} : { renewal }),
        };
        return [sha256, certificate];
      }),
    );
  }

  /** Undefined for a certificate that the plans do not pin, for example a root of the runtime's own. */
  of(sha256: string | undefined): MapCertificate | undefined {
    return sha256 === undefined ? undefined : this.bySha256.get(sha256);
  }

  /** Those that the plans pin. */
  all(certificates: readonly CertificateSummary[]): MapCertificate[] {
    return certificates.flatMap(({ sha256 }) => this.of(sha256) ?? []);
  }
}

function certificatesOf({ pinned }: IdentityPlan): readonly CertificateSummary[] {
  return pinned === undefined ? [] : [...pinned.chain, pinned.anchor];
}

/** What vouches for another: all of a chain but its leaf, and the certificates of authorities. */
function authoritiesOf({ identities }: TrustPlan): string[] {
  return identities.flatMap(({ pinned, request }) => {
    if (pinned === undefined) return [];
    const [leaf, ...issuers] = [...pinned.chain, pinned.anchor].map(({ sha256 }) => sha256);
    const own = isAuthority(request) && leaf !== undefined ? [leaf] : [];
    return [...own, ...issuers.filter((sha256) => sha256 !== leaf)];
  });
}

/** Who makes the next one of each identity's own certificate. */
function renewalsOf(plan: TrustPlan): [string, NonNullable<MapCertificate["renewal"]>][] {
  // Of several that have one certificate, whose key is here comes last and decides.
  const identities = plan.identities.toSorted(
    (one, other) => rank(one) - rank(other) || compare(other.id, one.id),
  );
  return identities.flatMap((identity) => {
    const [leaf] = identity.pinned?.chain ?? [];
    return leaf === undefined ? [] : [[leaf.sha256, renewalOf(plan, identity, leaf).renewal]];
  });
}

function rank({ request }: IdentityPlan): number {
  return request.kind === "certificate" ? 0 : 1;
}

/** The common name, as people call a certificate. */
function nameOf({ subject, serialNumber }: CertificateSummary): string {
  const [, quoted, plain] = /(?:^|,\s*)CN=(?:"((?:[^"\\]|\\.)*)"|((?:[^,\\]|\\.)+))/.exec(subject) ?? [];
  const name = (quoted ?? plain ?? subject).trim();
  return shortened(name === "" ? `serial number ${serialNumber}` : name, LONGEST_NAME);
}
