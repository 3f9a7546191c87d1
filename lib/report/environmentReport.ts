import type { Expiry, PlacedCertificate } from "../check";
import type { Finding } from "../model";

/** A hop, as it is told to people and tools. */
export interface ReportedHop {
  readonly hopId: string;
  /** The stack that declares it. */
  readonly stack: string;
  readonly client: string;
  /** `name:port`, as the client calls it. */
  readonly address: string;
  readonly verdict: "ok" | "FAILS" | "not proven";
  /** Whether a running server was called, or files alone were looked at; absent where it is not proven. */
  readonly proof?: "live" | "files";
  /** In one line. */
  readonly reason: string;
  /** When the first certificate ends that the hop needs: ISO 8601, UTC, seconds. */
  readonly expires?: string;
  readonly findings: readonly Finding[];
}

/** All that was found of an environment. */
export interface EnvironmentReport {
  readonly environment: string;
  /** When it was found. */
  readonly at: Date;
  readonly hops: readonly ReportedHop[];
  readonly expiring: readonly Expiry[];
  /** Whether an end that is near counts as a failure. */
  readonly failsForExpiry: boolean;
  /** The certificates of the environment where they stand. */
  readonly certificates: readonly PlacedCertificate[];
}
