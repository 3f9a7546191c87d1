import type { TlsProtocol } from "../model";
import { probe, type ProbeOptions, type ProbeResult } from "./probe";

/** What handshakes with a listening server show, version by version. */
export interface Sight {
  /** The handshake that offers all versions. */
  readonly first: ProbeResult;
  /** By version, the best first; empty where it does not come to TLS. */
  readonly byProtocol: ReadonlyMap<TlsProtocol, ProbeResult>;
}

/** The best first. */
const PROTOCOLS: readonly TlsProtocol[] = ["TLSv1.3", "TLSv1.2", "TLSv1.1", "TLSv1"];

/** Versions of which nobody sends a request any more. */
const OLD: ReadonlySet<TlsProtocol> = new Set(["TLSv1.1", "TLSv1"]);

/**
 * Looks at a listening server: one connection that offers all versions of TLS, then one for each other version. Never
 * throws for what the server does.
 */
export async function lookAt(options: Omit<ProbeOptions, "protocol" | "lingers">): Promise<Sight> {
  const first = await probe({ ...options, lingers: true });
  if (first.protocol === undefined) return { first, byProtocol: new Map() };
  const { path: _path, ...plain } = options;
  const others = await Promise.all(
    PROTOCOLS.filter((protocol) => protocol !== first.protocol).map(async (protocol) => {
      const asked = OLD.has(protocol) ? plain : { ...options, lingers: true };
      return [protocol, await probe({ ...asked, protocol })] as const;
    }),
  );
  const spoken = new Map(others.filter(([protocol, seen]) => seen.protocol === protocol));
  const byProtocol = PROTOCOLS.flatMap((protocol) => {
    const seen = protocol === first.protocol ? first : spoken.get(protocol);
    return seen === undefined ? [] : [[protocol, seen] as const];
  });
  return { first, byProtocol: new Map(byProtocol) };
}
