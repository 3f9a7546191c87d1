import type { Finding, FindingLevel, HopSide } from "../model";
import { finding, ourFinding, type Refusal } from "../rules";
import type { HopMaterial } from "./hopMaterial";

/** What there is to say about one hop, and whether both sides take it. */
export class HopFindings {
  readonly all: Finding[] = [];
  private refused = false;
  private firstRefusal: HopSide | undefined;

  constructor(private readonly hop: Pick<HopMaterial, "hopId" | "letPassBecause">) {}

  /** Whether nobody refuses anything; what we alone refuse does not count. */
  get accepted(): boolean {
    return !this.refused;
  }

  /** The side that refuses first; undefined where none does, or neither alone. */
  get refusedBy(): HopSide | undefined {
    return this.firstRefusal;
  }

  /** @param by the side that refuses the other, or cannot present what it has; neither alone where it is absent */
  refuse(reason: Refusal, by?: HopSide): void {
    if (!this.refused) this.firstRefusal = by;
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
