import type { Store } from "../keystore";

/** What a Java truststore trusts: its certificates, and the leaves of its own identities (found by experiment). */
export function trustedBy({ entries }: Store): Uint8Array[] {
  return entries.flatMap((entry) => {
    if (entry.kind === "anchor") return [entry.certificate];
    return entry.kind === "identity" ? entry.chain.slice(0, 1) : [];
  });
}
