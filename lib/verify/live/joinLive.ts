import { evidenceOf } from "../../hop";
import type { Finding, HopEvidence, HopVerdict } from "../../model";
import type { ReachedServer } from "./handshake";

/** What a running server adds to what files say. */
type Live = Pick<ReachedServer, "findings"> & Partial<Pick<ReachedServer, "seen" | "judgement">>;

const NOTHING: HopVerdict = { hopId: "", ok: false, reason: "", findings: [] };

/** One verdict of what files and a running server say: green where neither finds an error. */
export function joinLive(hopId: string, files: HopVerdict | undefined, live: Live): HopVerdict {
  const { findings: found, ok: isGreen, reason, hopId: _hopId, ...evidence } = files ?? NOTHING;
  const isProven = live.findings.every(({ level }) => level !== "error");
  // What stands where nobody looks is proven by what comes from there.
  const before = isProven && live.seen !== undefined ? found.map(withoutAccess) : found;
  const known = new Set(before.map(({ rule, message }) => `${rule} ${message}`));
  const findings = [
    ...before,
    ...live.findings.filter(({ rule, message }) => !known.has(`${rule} ${message}`)),
  ];
  const cause = findings.find(({ level }) => level === "error");
  const anchor = live.judgement?.trust?.anchor;
  const trusted = anchor === undefined ? "the handshake came about" : `trusted through ${anchor.toString()}`;
  const joined = joinEvidence(evidence, live);
  return {
    hopId,
    ok: cause === undefined,
    reason: cause?.message ?? (isGreen ? reason : trusted),
    ...joined,
    findings,
  };
}

function withoutAccess(one: Finding): Finding {
  return one.rule === "host-unreachable" ? { ...one, level: "warning" } : one;
}

function joinEvidence({ expires, ...files }: HopEvidence, { judgement, seen }: Live): HopEvidence {
  const live = judgement === undefined ? {} : evidenceOf(judgement);
  const end = [expires, live.expires].filter((one) => one !== undefined).sort()[0];
  const refusedBy = files.refusedBy ?? live.refusedBy ?? (seen?.error === undefined ? undefined : "server");
  const { trustedThrough: inFiles, refusedBy: _refusedBy, ...others } = files;
  const trustedThrough = judgement === undefined ? inFiles : live.trustedThrough;
  return {
    ...(refusedBy === undefined ? {} : { refusedBy }),
    ...others,
    ...(live.serves === undefined ? {} : { serves: live.serves }),
    ...(trustedThrough === undefined ? {} : { trustedThrough }),
    ...(end === undefined ? {} : { expires: end }),
  };
}
