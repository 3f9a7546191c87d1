import type { Finding, FindingLevel } from "../model";
import { finding, ourFinding, type Refusal } from "../rules";
import type { HopMaterial } from "./hopMaterial";

/** What there is to say about one hop, and whether both sides take it. */
export class HopFindings {
  readonly all: Finding[] = [];
  private refused = false;

  constructor(private readonly hop: Pick<HopMaterial, "hopId" | "letPassBecause">) {}

  /** Whether nobody refuses anything; what we alone refuse does not count. */
  get accepted(): boolean {
    return !this.refused;
  }

  refuse(reason: Refusal): void {
    this.refused = true;
    this.report(reason, "error");
  }

  /** @param peer who would let it pass */
  refuseStrictly(reason: Refusal, peer: string): void {
    this.all.push(ourFinding(this.hop.hopId, reason, peer, this.hop.letPassBecause));
  }

  report(reason: Refusal, level?: FindingLevel): void {
    this.all.push(finding(this.hop.hopId, reason, level));
  }
}
