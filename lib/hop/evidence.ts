import type { HopEvidence, HopSide } from "../model";
import { isoSeconds } from "../model/day";
import { type Certificate, parsed } from "../pki";
import type { HandshakeFailure } from "./handshakeResult";
import type { HopJudgement } from "./judgement";

/** Which certificates a judgement is about, and who refuses by the rules. */
export function evidenceOf({ refusedBy, serves, presents, trust, clientTrust }: HopJudgement): HopEvidence {
  const presented = (presents?.chain ?? []).map(parsed);
  const [served] = serves;
  const [shown] = presented;
  const expires = firstEnd([...(trust?.path ?? serves), ...(clientTrust?.path ?? presented)]);
  return {
    ...(refusedBy === undefined ? {} : { refusedBy }),
    ...(served === undefined ? {} : { serves: served.sha256 }),
    ...(shown === undefined ? {} : { presents: shown.sha256 }),
    ...(trust === undefined ? {} : { trustedThrough: trust.anchor.sha256 }),
    ...(clientTrust === undefined ? {} : { clientTrustedThrough: clientTrust.anchor.sha256 }),
    ...(expires === undefined ? {} : { expires }),
  };
}

function firstEnd(certificates: readonly Certificate[]): string | undefined {
  return certificates.map(({ notAfter }) => isoSeconds(notAfter)).sort()[0];
}

/** The side that refuses in a handshake, or could not present what it has; undefined where that is not told. */
export function refusingSide({ side, presenter, code }: HandshakeFailure): HopSide | undefined {
  if (side === "setup") return presenter;
  // The server has not refused: what it shows is not what was meant.
  if (code === "OTHER_IDENTITY") return undefined;
  const other = side === "server" ? "client" : "server";
  // An alert tells what the other side thinks.
  return code.includes("_ALERT_") ? other : side;
}
