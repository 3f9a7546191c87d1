import type { HopMaterial } from "./hopMaterial";
import type { HopJudgement } from "./judgement";

/** Judges a hop by the rules of its client and its server, without a handshake. */
export function judgeHop({ client }: HopMaterial): HopJudgement {
  return { findings: [], ...(client.identity === undefined ? {} : { presents: client.identity }) };
}
