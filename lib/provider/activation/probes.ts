import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnosis } from "../../check";
import { parseName } from "../../pki";
import { probe, type ProbeResult } from "../../verify";
import type { DeclaredActivation, DeclaredProbe } from "./declared";
import { interrupted } from "./errors";
import { processesOn } from "./steps";

/** What a probe saw last. */
export interface Sight {
  readonly probe: DeclaredProbe;
  /** Whether it is what was expected. */
  readonly isExpected: boolean;
  /** Fingerprint of the certificate that is served. */
  readonly sha256?: string;
  /** In words; holds other people's text. */
  readonly seen: string;
  readonly diagnosis?: Diagnosis;
}

/** A product that starts is asked twice a second. */
const PAUSE_MS = 500;
/** A server that accepts and says nothing is not waited for longer. */
const LONGEST_LOOK_MS = 10_000;
/** Over SSH a look begins with a login; the last one must not end before that, and hide what the others have seen. */
const SHORTEST_LOOK_MS = 5_000;

/** Looks until each probe sees what it expects, or its time has run out; those that come after one that did not are not tried. */
export async function waitForProbes(
  activation: DeclaredActivation,
  probes: readonly DeclaredProbe[],
  signal: AbortSignal,
): Promise<Sight[]> {
  const sights: Sight[] = [];
  for (const one of probes) {
    const sight = await waitFor(activation, one, signal);
    sights.push(sight);
    if (!sight.isExpected) break;
  }
  return sights;
}

/** Looks once. */
export async function look(
  activation: DeclaredActivation,
  declared: DeclaredProbe,
  longestMs = LONGEST_LOOK_MS,
): Promise<Sight> {
  const { host, port, via, servername } = declared;
  const processes = via === "host" ? processesOn(activation, via) : undefined;
  const result = await probe({
    host,
    port,
    ...(servername === undefined ? {} : { servername }),
    timeoutMs: Math.min(Math.max(longestMs, SHORTEST_LOOK_MS), LONGEST_LOOK_MS),
    ...(processes === undefined
      ? {}
      : { open: (...target: [string, number, number]) => processes.connect(...target) }),
  });
  return sightOf(declared, result);
}

async function waitFor(
  activation: DeclaredActivation,
  declared: DeclaredProbe,
  signal: AbortSignal,
): Promise<Sight> {
  const endsMs = performance.now() + declared.timeoutMs;
  for (;;) {
    const sight = await look(activation, declared, endsMs - performance.now());
    if (sight.isExpected || performance.now() + PAUSE_MS > endsMs) return sight;
    if (signal.aborted) throw interrupted(activation.name);
    await sleep(PAUSE_MS);
  }
}

function sightOf(declared: DeclaredProbe, result: ProbeResult): Sight {
  const { chain, authorities, error, diagnosis } = result;
  const [leaf] = chain;
  const common = { probe: declared, ...(diagnosis === undefined ? {} : { diagnosis }) };
  if (leaf === undefined)
    return { ...common, isExpected: false, seen: `no certificate (${error ?? "no TLS"})` };
  const missing = missingAuthorities(declared, result);
  const asked =
    declared.authorities.length === 0
      ? ""
      : `, asking for certificates of ${authorities.length === 0 ? "no authority in particular" : authorities.join(" and ")}`;
  return {
    ...common,
    isExpected: missing.length === 0 && (declared.sha256 ?? leaf.sha256) === leaf.sha256,
    sha256: leaf.sha256,
    seen: `${leaf.subject} (SHA-256 ${leaf.sha256}, until ${leaf.notAfter})${asked}`,
  };
}

function missingAuthorities({ authorities }: DeclaredProbe, { authorityNames }: ProbeResult): string[] {
  const named = new Set(authorityNames.map(parseName).flatMap((name) => [name.toRfc2253(), name.toString()]));
  return authorities.filter((expected) => !named.has(expected));
}
