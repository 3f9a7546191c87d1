import type { Finding, HopSide } from "../model";
import type { Certificate } from "../pki";
import type { PresentedIdentity } from "./hopMaterial";

/** How a presented chain is trusted. */
export interface TrustPath {
  readonly anchor: Certificate;
  /** The certificates that it takes, leaf first, the anchor included. */
  readonly path: readonly Certificate[];
}

/** What the rules have to say about one hop, before any handshake. */
export interface HopJudgement {
  /**
   * Whether the rules of both sides let the handshake come about. Findings can refuse the hop for more than
   * that, for example because another identity than the one bound would be presented.
   */
  readonly accepted: boolean;
  /** Errors refuse the hop; warnings do not. */
  readonly findings: readonly Finding[];
  /** The side that refuses the other first, or cannot present what it has; absent where none does. */
  readonly refusedBy?: HopSide;
  /** What the server presents, leaf first; empty where that is nothing. */
  readonly serves: readonly Certificate[];
  /** Through what the client trusts the server. */
  readonly trust?: TrustPath;
  /** Through what the server trusts the client. */
  readonly clientTrust?: TrustPath;
  /** What the client will present; absent where it presents nothing. */
  readonly presents?: PresentedIdentity;
}
