import type { Finding } from "../model";
import type { IdentityMaterial } from "./hopMaterial";

/** What the rules have to say about one hop, before any handshake. */
export interface HopJudgement {
  /** Errors refuse the hop; warnings do not. */
  readonly findings: readonly Finding[];
  /** For people: the subject of the anchor through which the server is trusted. */
  readonly trustedThrough?: string;
  /** What the client will present; absent where it presents nothing. */
  readonly presents?: IdentityMaterial;
}
