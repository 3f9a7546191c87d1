import type { Finding } from "./finding";
import type { TrustPlan } from "./plan";

/** One of the two ends of a hop. */
export type HopSide = "client" | "server";

/** Which certificates a verdict is about; SHA-256 as keytool prints it (`AB:CD:…`). */
export interface HopEvidence {
  /**
   * The side that refuses the other, or cannot present what it has.
   *
   * @default - neither does: it is green, red for something else that was found or by our strictness alone, or unread
   */
  readonly refusedBy?: HopSide;
  /** The certificate that the server presents; absent where that is not known. */
  readonly serves?: string;
  /** The certificate that the client presents; absent where it presents none. */
  readonly presents?: string;
  /** The anchor through which the client trusts the server; absent where it does not. */
  readonly trustedThrough?: string;
  /** The anchor through which the server trusts the client; absent where it does not, or is shown none. */
  readonly clientTrustedThrough?: string;
  /** When the first certificate ends that the hop needs: ISO 8601, UTC, seconds. */
  readonly expires?: string;
}

/** Whether a hop shakes hands, and why not. */
export interface HopVerdict extends HopEvidence {
  readonly hopId: string;
  readonly ok: boolean;
  /** One line: `trusted through <anchor>`, or the cause of the failure. */
  readonly reason: string;
  readonly findings: readonly Finding[];
}

/**
 * What a verdict rests on: the rules alone, a handshake on bytes that are about to be delivered, what the hosts hold, or
 * a handshake with the server that runs.
 */
export type VerdictSource = "rules" | "rehearsed" | "deployed" | "live";

/** A verdict for tools, with what the plan says of its hop: the one JSON of a verdict, wherever one is printed. */
export interface VerdictReport extends HopVerdict {
  /** For people: the system that calls. */
  readonly client: string;
  /** For people: the system that is called, or the server's first name where that is no system. */
  readonly server: string;
  /** `name:port`, as the client calls it. */
  readonly address: string;
  readonly source: VerdictSource;
  /** Why the running server was not called; absent where it was, or was not to be. */
  readonly filesOnly?: string;
  /** When it was judged: ISO 8601, UTC, seconds. */
  readonly at: string;
}

/** What a synth declares for an environment and finds of it, for maps and tools. */
export interface EnvironmentVerdicts {
  /** When it was judged: ISO 8601, UTC, seconds. */
  readonly at: string;
  /** What all stacks of the environment declare together. */
  readonly plan: TrustPlan;
  /** Of each hop that was judged. */
  readonly verdicts: readonly VerdictReport[];
}
