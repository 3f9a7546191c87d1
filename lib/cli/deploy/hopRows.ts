import {
  type AnchorPlan,
  type CertificateSummary,
  type Finding,
  type HopPlan,
  type HopVerdict,
  type TrustPlan,
  certificateAt,
  planIndex,
  stackOf,
} from "../../model";
import { day } from "../../model/day";
import { sentenceOf } from "../../rules";
import { formatAddress } from "../../model/formatAddress";
import { type ProvenHops, hopsOnManualHosts } from "./prove";

/** What people are told of one hop. */
export interface HopRow {
  readonly hopId: string;
  readonly verdict: "ok" | "FAILS" | "not proven";
  /** Whether the running server was called; absent where none was to be, or nothing is proven. */
  readonly proof?: "live" | "files";
  readonly client: string;
  /** `ADDRESS:PORT`. */
  readonly address: string;
  /** `CLIENT → ADDRESS:PORT`. */
  readonly hop: string;
  /** What it trusts, and what it presents. */
  readonly needs: readonly string[];
  readonly reason: string;
  /** Whether the reason says what the needs say already. */
  readonly isPlain: boolean;
  /** Earliest day on which one of its certificates expires; absent where none is known. */
  readonly nextExpiry?: string;
}

/** Every hop, in the plan's order; what nobody can prove from here is said to be so. */
export function hopRows({ plan, verdicts, filesOnly, elsewhere, notDeployed }: ProvenHops): HopRow[] {
  const found = new Map(verdicts.map((verdict) => [verdict.hopId, verdict]));
  const manual = hopsOnManualHosts(plan);
  return [
    ...plan.hops.map((hop): HopRow => {
      const verdict = found.get(hop.id);
      const row = rowOf(plan, hop, verdict ?? unprovenBecause(plan, hop, manual));
      if (verdict === undefined || filesOnly === undefined) return row;
      return { ...row, proof: filesOnly.has(hop.id) ? "files" : "live" };
    }),
    ...elsewhere.map((hop) => {
      const stack = stackOf(hop.endpointId);
      const why = notDeployed?.has(stack) === true ? "was not deployed" : "the command was not asked for";
      return rowOf(plan, hop, `its server is declared in ${stack}, which ${why}: run cdktf-trust verify`);
    }),
  ];
}

/** What makes a hop fail. */
export function causeIn({ findings }: HopVerdict): Finding | undefined {
  return findings.find(({ level }) => level === "error");
}

function unprovenBecause(plan: TrustPlan, hop: HopPlan, manual: ReadonlySet<string>): string {
  if (!manual.has(hop.id))
    return "the server is somebody else's, and nothing here can prove it; on this side all is as declared";
  const { host, endpoint } = planIndex(plan);
  const sides = [hop.clientHostId, endpoint(hop.endpointId)?.hostId ?? ""];
  const hosts = [...new Set(sides)].filter((id) => host(id)?.kind === "manual");
  return `nobody may log in to ${hosts.join(" and ")}; its runbook comes first, then cdktf-trust verify --host ${hosts.map((id) => `${id}=DIRECTORY`).join(" --host ")}`;
}

/** @param found the verdict, or why there is none */
function rowOf(plan: TrustPlan, hop: HopPlan, found: HopVerdict | string): HopRow {
  const index = planIndex(plan);
  const endpoint = index.endpoint(hop.endpointId);
  const server =
    endpoint?.identity.kind === "outside" ? undefined : index.identity(endpoint?.identityId)?.pinned;
  const binding = index.binding(hop.bindingId);
  const client = binding === undefined ? undefined : index.identity(binding.identityId)?.pinned;
  const outside = endpoint?.identity.kind === "outside" ? endpoint.identity.leadsTo : undefined;
  const known = outside === undefined || outside === "public-roots" ? undefined : pinnedOf(plan, outside);
  const expiries = [server, client]
    .flatMap((pinned) => (pinned === undefined ? [] : [...pinned.chain, pinned.anchor]))
    .concat(known ?? [])
    .map(({ notAfter }) => notAfter)
    .sort();
  const anchor = server?.anchor.subject ?? known?.subject;
  const trusts = anchor ?? (outside === "public-roots" ? "the public roots" : undefined);
  const isProven = typeof found !== "string";
  const address = endpoint === undefined ? hop.address : formatAddress(hop.address, endpoint.port);
  return {
    hopId: hop.id,
    verdict: isProven ? (found.ok ? "ok" : "FAILS") : "not proven",
    client: hop.clientName,
    address,
    hop: `${hop.clientName} → ${address}`,
    needs: [
      ...(trusts === undefined ? [] : [`trusts ${trusts}`]),
      ...(client === undefined ? [] : [`presents ${client.chain[0]?.subject ?? "?"}`]),
    ],
    reason: isProven ? reasonOf(found) : found,
    isPlain:
      isProven &&
      [`trusted through ${anchor}`, `trusted through ${anchor}, the client certificate is accepted`].includes(
        found.reason,
      ),
    ...(expiries[0] === undefined ? {} : { nextExpiry: day(expiries[0]) }),
  };
}

function pinnedOf(plan: TrustPlan, { identityId, part }: AnchorPlan): CertificateSummary | undefined {
  const pinned = planIndex(plan).identity(identityId)?.pinned;
  return pinned === undefined ? undefined : certificateAt(pinned, part);
}

/** What makes a hop fail, and what to do about it. */
function reasonOf(verdict: HopVerdict): string {
  const cause = verdict.ok ? undefined : causeIn(verdict);
  return cause === undefined ? verdict.reason : sentenceOf(cause);
}
