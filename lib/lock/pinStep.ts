import { certificateOf } from "./certificates";
import type { LockedIdentity } from "./lock";

/** Why an identity is not as it has to be, and what that takes. */
export interface PinReason {
  readonly text: string;
  /**
   * `make` a generation; `renew` one that is as declared and has not ended, which waits for those who trust it; `follow` its issuer, which gets another one, with a generation by that; `join` the rotation of its
   * issuer with a further one; `ask` somebody else's authority for one; make it `later`, once its issuer's certificate has
   * come; `wait` until the rotation is over that the identity is in, because nothing re-issues it meanwhile.
   */
  readonly step: "make" | "renew" | "follow" | "join" | "ask" | "later" | "wait";
}

/** What a generation takes, by what asks for it. */
export function stepFor({
  own,
  asked,
  ofIssuer,
  isShort,
}: {
  readonly own: string | undefined;
  readonly asked: string | undefined;
  readonly ofIssuer: string | undefined;
  readonly isShort: boolean;
}): "make" | "renew" | "follow" {
  if (own !== undefined) return "make";
  if (asked !== undefined || ofIssuer === undefined) return "renew";
  return isShort ? "make" : "follow";
}

/** Whether what is served ends before its issuer, so that another one by the same issuer would end later. */
export function endsBeforeIssuer({ chain }: LockedIdentity): boolean {
  const [leaf, issuer] = chain.map((der) => certificateOf(der).notAfter);
  return leaf !== undefined && issuer !== undefined && leaf < issuer;
}

/** Whether an authority gets another certificate now. */
export function isAnew(reason: PinReason | undefined): boolean {
  return reason !== undefined && ["make", "renew", "follow"].includes(reason.step);
}
