import type { ChainPart } from "./chainPart";

/** A certificate's fingerprint that somebody outside has to be told, for example a partner who pins it. */
export interface FingerprintPlan {
  /** `<stack>/<key>` and what it is: the name of the output. */
  readonly id: string;
  readonly identityId: string;
  readonly part: ChainPart;
  readonly algorithm: "sha1" | "sha256";
  /** `AB:CD:…`, or `ABCD…` as Azure shows a thumbprint. */
  readonly notation: "colons" | "plain";
}
