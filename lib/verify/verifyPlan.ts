import type { PlacedCertificate } from "../check";
import { HopReader, type HopSource, type ReadHop, concurrently, evidenceOf, problem, proveHop } from "../hop";
import {
  type Finding,
  type HopEvidence,
  type HopPlan,
  type HopVerdict,
  type TrustPlan,
  planIndex,
} from "../model";
import { type ConfigDrift, configDrift, driftOfHop } from "./configDrift";
import { deployedCertificates } from "./deployedCertificates";
import { driftOf } from "./drift";
import { type HostAccess, HostReader } from "./hostReader";
import { hostSource } from "./hostSource";
import { type LiveOptions, type LiveProof, LiveProver } from "./live";
import { withRemedy } from "./remedies";
import { undeclaredKeys } from "./undeclaredKeys";

export interface VerifyOptions extends HostAccess {
  /** The time at which certificates must be valid. */
  readonly now: Date;
  /**
   * Whether people have had no time yet to do what follows a deploy: that what they bring about is not there is a
   * warning then.
   *
   * @default false
   */
  readonly isJustDelivered?: boolean;
  /** Calls the servers that run as well. @default - the files of the hosts alone */
  readonly live?: LiveOptions;
}

/** What was found on the hosts. */
export interface Verification {
  /**
   * One a hop, in the plan's order, except for those to somebody else's servers that were not called, and with which nothing
   * is wrong on this side.
   */
  readonly verdicts: readonly HopVerdict[];
  /** By hop, why no server that runs was called; those that are missing were called. Absent where none was to be. */
  readonly filesOnly?: ReadonlyMap<string, string>;
  /** The plan's certificates where they stand, as far as the hosts were read. */
  readonly certificates: readonly PlacedCertificate[];
}

/** Hops proven at a time. */
const CONCURRENCY = 8;

/**
 * Opens the stores, files and configuration of a plan on their hosts, compares them with what the plan says, and proves each
 * hop on them: the rules of both sides and a real handshake. Nothing is written; what is missing or cannot be opened is
 * a finding, not an error.
 */
export async function verifyPlan(plan: TrustPlan, options: VerifyOptions): Promise<Verification> {
  const host = new HostReader(plan, options);
  const source = await hostSource(plan, host);
  const config = await configDrift(plan, host, options.isJustDelivered === true ? "warning" : "error");
  const { live, now } = options;
  const prover = live === undefined ? undefined : new LiveProver(plan, host, { ...live, now });
  const verifier = new Verifier(plan, source, config, now, prover);
  const proofs = await concurrently(plan.hops, CONCURRENCY, async (hop) => await verifier.proofOf(hop));
  const unseen = plan.hops.flatMap(({ id }, index) => {
    const why = proofs[index]?.filesOnly;
    return why === undefined ? [] : [[id, why] as const];
  });
  return {
    verdicts: proofs.flatMap(({ verdict }) => verdict ?? []),
    ...(live === undefined ? {} : { filesOnly: new Map(unseen) }),
    certificates: deployedCertificates(plan, source),
  };
}

class Verifier {
  private readonly reader: HopReader;

  constructor(
    private readonly plan: TrustPlan,
    private readonly source: HopSource,
    private readonly config: ConfigDrift,
    now: Date,
    private readonly prover: LiveProver | undefined,
  ) {
    this.reader = new HopReader(plan, source, now);
  }

  /** Without a verdict where the other side is somebody else's and nothing is known against this one. */
  async proofOf(hop: HopPlan): Promise<LiveProof> {
    try {
      const { verdict, ...proof } = await this.prove(hop);
      if (verdict === undefined) return proof;
      const findings = verdict.findings.map((one) => withRemedy(this.plan, one));
      return { ...proof, verdict: { ...verdict, findings } };
    } catch (error) {
      // One hop whose certificates nobody can read says nothing of the others.
      const verdict = unread(hop.id, [problem("certificate-unreadable", hop.id, error).finding]);
      return { verdict, filesOnly: "its certificates cannot be read" };
    }
  }

  private async prove(hop: HopPlan): Promise<LiveProof> {
    const read = this.reader.read(hop);
    const verdict = await this.proveOnFiles(hop, read);
    if (this.prover !== undefined) return await this.prover.prove(hop, read, verdict);
    return verdict === undefined ? {} : { verdict };
  }

  private async proveOnFiles(hop: HopPlan, read: ReadHop): Promise<HopVerdict | undefined> {
    const { material, findings, byPartner } = read;
    const found = [
      ...findings,
      ...driftOf(this.plan, this.source, hop),
      ...driftOfHop(this.plan, this.config, hop),
    ];
    const isOutside = planIndex(this.plan).endpoint(hop.endpointId)?.identity.kind === "outside";
    if (isOutside && found.every(({ level }) => level !== "error")) return undefined;
    if (material === undefined)
      return unread(hop.id, found, byPartner === undefined ? {} : evidenceOf(byPartner));
    const verdict = await proveHop(material, found);
    return {
      ...verdict,
      findings: [...verdict.findings, ...undeclaredKeys(this.plan, hop, material, verdict.findings)],
    };
  }
}

function unread(hopId: string, findings: readonly Finding[], evidence: HopEvidence = {}): HopVerdict {
  const cause = findings.find(({ level }) => level === "error");
  return { hopId, ok: false, reason: cause?.message ?? "the hop could not be read", ...evidence, findings };
}
