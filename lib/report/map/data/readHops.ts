import { type HopPlan, type TrustPlan, type VerdictReport, placeOf, planIndex } from "../../../model";
import { endsWithin } from "../../../model/day";
import { EXPIRING_WITHIN_DAYS } from "../../../rules";
import { formatAddress } from "../../../model/formatAddress";
import { compare } from "../order";
import { Callers } from "./callers";
import type { CertificateBook } from "./certificateBook";
import { Endpoints } from "./endpoints";
import type { HopState, MapCertificate, MapHop } from "./mapData";

export interface ReadHopsOptions {
  readonly book: CertificateBook;
  readonly now: Date;
  /** Applied to every sentence of a verdict. */
  readonly said: (text: string) => string;
  readonly showsPaths: boolean;
}

/** The hops of a plan with what was found of each. Those to an endpoint that no stack declares are left out. */
export function readHops(
  plan: TrustPlan,
  verdicts: readonly VerdictReport[],
  { book, now, said, showsPaths }: ReadHopsOptions,
): MapHop[] {
  const { endpoint: endpointOf, identity: identityOf, binding: bindingOf } = planIndex(plan);
  const verdictOf = new Map(verdicts.map((verdict) => [verdict.hopId, verdict]));
  const callers = new Callers(plan);
  const endpoints = new Endpoints(plan, book);
  return plan.hops.flatMap((hop): MapHop[] => {
    const planned = endpointOf(hop.endpointId);
    if (planned === undefined) return [];
    const endpoint = endpoints.of(planned);
    const verdict = verdictOf.get(hop.id);
    const client = identityOf(bindingOf(hop.bindingId)?.identityId)?.pinned;
    const clientChain = client === undefined ? [] : book.all(client.chain);
    const trustedThrough = book.of(verdict?.trustedThrough);
    const clientTrustedThrough = book.of(verdict?.clientTrustedThrough);
    const needs = unique([
      ...endpoint.chain,
      endpoint.branch.anchor,
      trustedThrough,
      ...clientChain,
      client === undefined ? undefined : book.of(client.anchor.sha256),
      clientTrustedThrough,
    ]);
    const ends = verdict?.expires ?? needs.map(({ notAfter }) => notAfter).sort(compare)[0];
    return [
      {
        id: hop.id,
        caller: callers.of(hop),
        endpoint,
        address: formatAddress(hop.address, planned.port),
        state: stateOf(verdict, ends, now),
        isJudged: verdict !== undefined,
        isMutual: hop.bindingId !== undefined,
        ...(verdict?.refusedBy === undefined ? {} : { refusedBy: verdict.refusedBy }),
        ...(verdict?.ok === false ? { refusal: said(verdict.reason) } : {}),
        findings: (verdict?.findings ?? []).map((finding) => ({
          ...finding,
          message: said(finding.message),
          remedy: said(finding.remedy),
        })),
        clientChain,
        ...(trustedThrough === undefined ? {} : { trustedThrough }),
        ...(clientTrustedThrough === undefined ? {} : { clientTrustedThrough }),
        needs,
        ...(ends === undefined ? {} : { ends }),
        anchorsKey: anchorsKeyOf(hop),
        ...(showsPaths ? anchorsAt(plan, hop) : {}),
      },
    ];
  });
}

function stateOf(verdict: VerdictReport | undefined, ends: string | undefined, now: Date): HopState {
  if (verdict?.ok === false) return "fails";
  if (ends !== undefined && endsWithin(new Date(ends), now, EXPIRING_WITHIN_DAYS)) return "ends-soon";
  return verdict === undefined ? "not-proven" : "ok";
}

function anchorsKeyOf({ anchors }: HopPlan): string {
  switch (anchors.kind) {
    case "store":
      return anchors.storeId;
    case "pem":
      return anchors.fileId;
    case "public-roots":
    case "outside":
      return anchors.kind;
    default:
      return anchors satisfies never;
  }
}

function anchorsAt(plan: TrustPlan, { anchors }: HopPlan): Pick<MapHop, "anchorsAt"> {
  const { store, file } = planIndex(plan);
  const found =
    anchors.kind === "store"
      ? store(anchors.storeId)
      : anchors.kind === "pem"
        ? file(anchors.fileId)
        : undefined;
  return found === undefined ? {} : { anchorsAt: placeOf(found.hostId, found.path) };
}

function unique(certificates: readonly (MapCertificate | undefined)[]): MapCertificate[] {
  return [...new Set(certificates)].filter((certificate) => certificate !== undefined);
}
