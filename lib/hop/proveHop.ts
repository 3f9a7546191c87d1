import type { Finding, HopVerdict } from "../model";
import { shakeHands } from "./handshake";
import type { HopMaterial } from "./hopMaterial";
import { judgeHop } from "./judgeHop";
import { handshakeMaterial, verdictOf } from "./verdict";

/**
 * Proves one hop in this process: the rules of both sides, then a real handshake. `rehearse` does the same for
 * many, synchronously.
 *
 * @param known what was found about the hop before
 */
export async function proveHop(material: HopMaterial, known: readonly Finding[] = []): Promise<HopVerdict> {
  const judgement = judgeHop(material);
  const handshake = handshakeMaterial(material, judgement);
  const result = handshake === undefined ? undefined : await shakeHands(handshake);
  return verdictOf(material, { ...judgement, findings: [...known, ...judgement.findings] }, result);
}
