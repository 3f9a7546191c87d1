import type { Finding } from "../model";
import type { PresentedIdentity } from "./hopMaterial";

/** What the rules have to say about one hop, before any handshake. */
export interface HopJudgement {
  /**
   * Whether the rules of both sides let the handshake come about. Findings can refuse the hop for more than
   * that, for example because another identity than the one bound would be presented.
   */
  readonly accepted: boolean;
  /** Errors refuse the hop; warnings do not. */
  readonly findings: readonly Finding[];
  /** For people: the subject of the anchor through which the server is trusted. */
  readonly trustedThrough?: string;
  /** What the client will present; absent where it presents nothing. */
  readonly presents?: PresentedIdentity;
}
