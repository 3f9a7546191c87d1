import { type AnchorsLocation, type TrustPlan, planIndex } from "../../../model";
import { ordered } from "../order";
import { Callers } from "./callers";
import type { CertificateBook } from "./certificateBook";
import { sha256At } from "./endpoints";
import type { MapAuthority, MapCaller, MapCertificate, MapEndpoint, MapHop } from "./mapData";

/** Who trusts which certificate: as stores and files are declared to, and as verdicts found. */
export function authoritiesOf(
  plan: TrustPlan,
  hops: readonly MapHop[],
  book: CertificateBook,
): readonly MapAuthority[] {
  const trusts = new Trusts();
  const callers = new Callers(plan);
  const endpointOf = new Map(hops.map(({ endpoint }) => [endpoint.key, endpoint]));
  const hopOf = new Map(hops.map((hop) => [hop.id, hop]));
  for (const planned of plan.hops)
    if (hopOf.has(planned.id))
      for (const trusted of certificatesAt(plan, planned.anchors, book))
        trusts.addCaller(trusted, callers.of(planned));
  for (const { id, clientAnchors } of plan.endpoints) {
    const endpoint = endpointOf.get(id);
    if (endpoint === undefined || clientAnchors === undefined) continue;
    for (const trusted of certificatesAt(plan, clientAnchors, book)) trusts.addEndpoint(trusted, endpoint);
  }
  for (const { trustedThrough, clientTrustedThrough, caller, endpoint } of hops) {
    if (trustedThrough !== undefined) trusts.addCaller(trustedThrough, caller);
    if (clientTrustedThrough !== undefined) trusts.addEndpoint(clientTrustedThrough, endpoint);
  }
  return trusts.rows(hops);
}

/** What stands in a store or a file of anchors, as it is declared. */
function certificatesAt(
  plan: TrustPlan,
  location: AnchorsLocation,
  book: CertificateBook,
): readonly MapCertificate[] {
  const { entriesOf, file } = planIndex(plan);
  switch (location.kind) {
    case "store":
      return entriesOf(location.storeId).flatMap((entry) =>
        entry.kind === "anchor" ? (book.of(sha256At(plan, entry)) ?? []) : [],
      );
    case "pem": {
      const content = file(location.fileId)?.content;
      const anchors = content?.kind === "anchors" ? content.anchors : [];
      return anchors.flatMap((anchor) => book.of(sha256At(plan, anchor)) ?? []);
    }
    case "outside":
      return location.accepts.flatMap((anchor) => book.of(sha256At(plan, anchor)) ?? []);
    case "public-roots":
      return [];
    default:
      return location satisfies never;
  }
}

/** Collects who trusts what, each once. */
class Trusts {
  private readonly callers = new Map<MapCertificate, Map<string, MapCaller>>();
  private readonly endpoints = new Map<MapCertificate, Map<string, MapEndpoint>>();

  addCaller(certificate: MapCertificate, caller: MapCaller): void {
    add(this.callers, certificate, caller);
  }

  addEndpoint(certificate: MapCertificate, endpoint: MapEndpoint): void {
    add(this.endpoints, certificate, endpoint);
  }

  rows(hops: readonly MapHop[]): MapAuthority[] {
    const needing = new Map<MapCertificate, MapHop[]>();
    for (const hop of hops)
      for (const certificate of hop.needs) {
        const those = needing.get(certificate);
        if (those === undefined) needing.set(certificate, [hop]);
        else those.push(hop);
      }
    const rows = [...new Set([...this.callers.keys(), ...this.endpoints.keys()])].map(
      (certificate): MapAuthority => ({
        certificate,
        callers: ordered(this.callers.get(certificate)?.values() ?? [], ({ label, key }) => [label, key]),
        endpoints: ordered(this.endpoints.get(certificate)?.values() ?? [], ({ label, port, key }) => [
          label,
          port,
          key,
        ]),
        hops: needing.get(certificate) ?? [],
      }),
    );
    return ordered(rows, ({ certificate: { name, sha256, isAuthority }, hops: those }) => [
      isAuthority ? 0 : 1,
      -those.length,
      name,
      sha256,
    ]);
  }
}

function add<Part extends { readonly key: string }>(
  trusted: Map<MapCertificate, Map<string, Part>>,
  certificate: MapCertificate,
  part: Part,
): void {
  const parts = trusted.get(certificate) ?? new Map<string, Part>();
  trusted.set(certificate, parts.set(part.key, part));
}
