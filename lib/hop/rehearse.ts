import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { HopVerdict } from "../model";
import { missingRehearsalEntry, rehearsalFailed } from "./errors";
import type { HandshakeResult } from "./handshakeResult";
import type { HopMaterial } from "./hopMaterial";
import { judgeHop } from "./judgeHop";
import { handshakeMaterial, verdictOf } from "./verdict";
import { decodeResults, encodeHops } from "./wire";

export interface RehearseOptions {
  /**
   * Compiled entry of the child process (`lib/hop/rehearseEntry.ts` bundled for Node).
   *
   * @default `dist/rehearse.cjs` of this package
   */
  readonly entry?: string;
  /** @default 120000 */
  readonly timeoutMs?: number;
}

/**
 * Proves hops on their bytes, before anything is delivered: the rules of both runtimes, and a real TLS
 * handshake in one child process for all of them. Synchronous, because synth is. One verdict a hop, in order.
 *
 * @throws CheckError `missing-rehearsal-entry`, `rehearsal-failed`
 */
export function rehearse(materials: readonly HopMaterial[], options: RehearseOptions = {}): HopVerdict[] {
  const entry = options.entry ?? defaultEntry();
  if (!existsSync(entry)) throw missingRehearsalEntry(entry);
  const judged = materials.map((material) => {
    const judgement = judgeHop(material);
    return { material, judgement, handshake: handshakeMaterial(material, judgement) };
  });
  const results = performHandshakes(
    judged.flatMap(({ handshake }) => (handshake === undefined ? [] : [handshake])),
    entry,
    options.timeoutMs ?? 120_000,
  );
  let position = 0;
  return judged.map(({ material, judgement, handshake }) =>
    verdictOf(material, judgement, handshake === undefined ? undefined : results[position++]),
  );
}

function performHandshakes(
  materials: readonly HopMaterial[],
  entry: string,
  timeoutMs: number,
): HandshakeResult[] {
  if (materials.length === 0) return [];
  const { text, positions } = encodeHops(materials);
  const child = spawnSync(process.execPath, [entry], {
    input: text,
    encoding: "utf8",
    // A loader or an inspector of the parent has no business in the child.
    env: process.env["SystemRoot"] === undefined ? {} : { SystemRoot: process.env["SystemRoot"] },
    maxBuffer: 1 << 30,
    timeout: timeoutMs,
    windowsHide: true,
  });
  if (child.error !== undefined) throw rehearsalFailed(child.error.message);
  if (child.status !== 0) throw rehearsalFailed(`it ended with ${child.signal ?? `status ${child.status}`}`);
  const results = decodeResults(child.stdout);
  return positions.map((at) => {
    const result = results[at];
    if (result === undefined) throw rehearsalFailed(`${results.length} answers for ${positions.length} hops`);
    return result;
  });
}

/** Beside the sources, or beside the bundle that this code was compiled into. */
function defaultEntry(): string {
  const places = ["../../dist/rehearse.cjs", "rehearse.cjs", "../rehearse.cjs", "../../rehearse.cjs"];
  const candidates = places.map((place) => join(__dirname, place));
  return candidates.find((candidate) => existsSync(candidate)) ?? join(__dirname, "../../dist/rehearse.cjs");
}
