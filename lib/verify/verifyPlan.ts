import { proveHop } from "../hop";
import type { HopPlan, HopVerdict, TrustPlan } from "../model";
import { DeployedFiles, type HostAccess } from "./deployedFiles";
import { readDeployedHop } from "./deployedHop";

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
  const files = new DeployedFiles(plan, options);
  const outside = new Set(
    plan.endpoints.flatMap(({ id, identity }) => (identity.kind === "outside" ? [id] : [])),
  );
  const hops = plan.hops.filter(({ endpointId }) => !outside.has(endpointId));
  const verdicts: HopVerdict[] = Array.from({ length: hops.length });
  const waiting = hops.entries();
  const worker = async (): Promise<void> => {
    for (const [index, hop] of waiting) verdicts[index] = await verifyHop(plan, hop, files, options.now);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return verdicts;
}

async function verifyHop(
  plan: TrustPlan,
  hop: HopPlan,
  files: DeployedFiles,
  now: Date,
): Promise<HopVerdict> {
  const { material, findings } = await readDeployedHop(plan, hop, files, now);
  if (material === undefined) {
    const cause = findings.find(({ level }) => level === "error");
    return { hopId: hop.id, ok: false, reason: cause?.message ?? "the hop could not be read", findings };
  }
  return await proveHop(material, findings);
}
