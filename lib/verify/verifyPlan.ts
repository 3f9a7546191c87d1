import { HopReader, type ReadHop, concurrently, proveHop } from "../hop";
import { type HopPlan, type HopVerdict, type TrustPlan, planIndex } from "../model";
import { type HostAccess, hostSource } from "./hostSource";

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
  const reader = new HopReader(plan, await hostSource(plan, options), options.now);
  const isOutside = ({ endpointId }: HopPlan) =>
    planIndex(plan).endpoint(endpointId)?.identity.kind === "outside";
  const hops = plan.hops.filter((hop) => !isOutside(hop));
  return await concurrently(hops, CONCURRENCY, async (hop) => await verdictOf(hop.id, reader.read(hop)));
}

async function verdictOf(hopId: string, { material, findings }: ReadHop): Promise<HopVerdict> {
  if (material !== undefined) return await proveHop(material, findings);
  const cause = findings.find(({ level }) => level === "error");
  return { hopId, ok: false, reason: cause?.message ?? "the hop could not be read", findings };
}
