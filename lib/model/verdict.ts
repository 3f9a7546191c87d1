import type { Finding } from "./finding";

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
