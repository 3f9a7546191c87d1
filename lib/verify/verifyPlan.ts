import { HopReader, type HopSource, concurrently, problem, proveHop } from "../hop";
import { type Finding, type HopPlan, type HopVerdict, type TrustPlan, planIndex } from "../model";
import { driftOf } from "./drift";
import { type HostAccess, hostSource } from "./hostSource";
import { undeclaredKeys } from "./undeclaredKeys";

export interface VerifyOptions extends HostAccess {
  /** The time at which certificates must be valid. */
  readonly now: Date;
}

/** Hops proven at a time. */
const CONCURRENCY = 8;

/**
 * Opens the stores and files of a plan on their hosts, compares them with what the plan pins, and proves each
 * hop on them: the rules of both sides and a real handshake. Nothing is written. One verdict a hop, in the
 * plan's order, except for those to somebody else's servers; what is missing or cannot be opened is a finding, not an error.
 */
export async function verifyPlan(plan: TrustPlan, options: VerifyOptions): Promise<HopVerdict[]> {
  const source = await hostSource(plan, options);
  const verifier = new Verifier(plan, source, options.now);
  const isOutside = ({ endpointId }: HopPlan) =>
    planIndex(plan).endpoint(endpointId)?.identity.kind === "outside";
  const hops = plan.hops.filter((hop) => !isOutside(hop));
  return await concurrently(hops, CONCURRENCY, async (hop) => await verifier.verdictOf(hop));
}

class Verifier {
  private readonly reader: HopReader;

  constructor(
    private readonly plan: TrustPlan,
    private readonly source: HopSource,
    now: Date,
  ) {
    this.reader = new HopReader(plan, source, now);
  }

  async verdictOf(hop: HopPlan): Promise<HopVerdict> {
    try {
      return this.withRemedies(await this.prove(hop));
    } catch (error) {
      // One hop whose certificates nobody can read says nothing of the others.
      return unread(hop.id, [problem("certificate-unreadable", hop.id, error).finding]);
    }
  }

  private async prove(hop: HopPlan): Promise<HopVerdict> {
    const { material, findings } = this.reader.read(hop);
    const found = [...findings, ...driftOf(this.plan, this.source, hop)];
    if (material === undefined) return unread(hop.id, found);
    const verdict = await proveHop(material, found);
    return { ...verdict, findings: [...verdict.findings, ...undeclaredKeys(this.plan, hop, material)] };
  }

  /** A key that was put there from here is put right from here. */
  private withRemedies(verdict: HopVerdict): HopVerdict {
    const { endpoints, bindings, entries } = this.plan;
    const isDelivered = (subject: string) =>
      [...endpoints, ...bindings].some(
        ({ id, identity }) =>
          id === subject &&
          identity.kind === "store" &&
          entries.some(
            ({ kind, storeId, alias }) =>
              kind === "key" &&
              storeId === identity.storeId &&
              alias.toLowerCase() === identity.alias.toLowerCase(),
          ),
      );
    const findings = verdict.findings.map((finding) =>
      finding.rule === "key-password-differs" && isDelivered(finding.subject)
        ? {
            ...finding,
            remedy: `deploy again, which writes the key anew under its declared password; or ${finding.remedy}`,
          }
        : finding,
    );
    return { ...verdict, findings };
  }
}

function unread(hopId: string, findings: readonly Finding[]): HopVerdict {
  const cause = findings.find(({ level }) => level === "error");
  return { hopId, ok: false, reason: cause?.message ?? "the hop could not be read", findings };
}
