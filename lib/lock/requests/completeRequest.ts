import { type Certificate, publicKeyMatches, publicRootCertificates } from "../../pki";
import { certificateOf } from "../certificates";
import { cannotPin, notRequested, refusedAnswer, tamperedLock } from "../errors";
import { type Lock, type PendingRequest, anchorOf } from "../lock";
import { type LockedPart, lockedParts, pendingRequests, withParts } from "../lockedParts";
import type { OpenLock } from "../openLock";
import { previousOf } from "../generations";
import type { PinChange } from "../pinChange";
import type { RandomBytes } from "../recipients";
import { type Judgement, judgeAnswer } from "./judgeAnswer";

export interface CompleteOptions {
  readonly id: string;
  /** Those that came back, in any order, and issuers that were given beside them. */
  readonly certificates: readonly Certificate[];
  readonly now: Date;
  readonly randomBytes: RandomBytes;
}

export interface CompletedRequest {
  readonly lock: Lock;
  readonly change: PinChange;
  /** What the authority chose otherwise than it was asked. */
  readonly warnings: readonly string[];
}

/**
 * Pins the certificate that an authority issued for a request: the next generation, in the place of what was served.
 *
 * @param lock as it was read
 * @param open called where the certificate is the one that was asked for
 * @throws LockError `not-requested`; `refused-answer` with all that is not as it was asked for; `tampered-lock`
 */
export function completeRequest(
  lock: Lock,
  open: () => OpenLock,
  options: CompleteOptions,
): CompletedRequest {
  const { id, now } = options;
  const part = lockedParts(lock).get(id);
  if (part?.requested === undefined) throw notRequested(id, [...pendingRequests(lock).keys()]);
  if ("chain" in part && part.rotation !== undefined)
    throw cannotPin(id, "it changes in steps at the moment; finish that, or go back, first");
  const judged = judgeAnswer({
    request: part.requested,
    certificates: options.certificates,
    known: knownCertificates(lock),
    current: "chain" in part ? part : undefined,
    now,
  });
  if (judged.differences.length > 0) throw refusedAnswer(id, judged.differences);
  const completed = pinned(id, part, part.requested, judged, open().withLock(lock), options);
  return {
    lock: withParts(lock, new Map([...lockedParts(lock), [id, completed]])),
    change: {
      id,
      action: "completed",
      generation: part.requested.generation,
      reason: `issued by ${judged.chain[0]?.issuer.toString() ?? "nobody"}`,
    },
    warnings: judged.warnings,
  };
}

function pinned(
  id: string,
  part: LockedPart,
  { generation, request, defaults }: PendingRequest,
  { chain }: Judgement,
  open: OpenLock,
  { randomBytes }: CompleteOptions,
): LockedPart {
  const before = "chain" in part ? part : undefined;
  const pkcs8 = keyOf(id, part, open);
  const [leaf] = chain;
  // The signatures of both are checked; that the sealed key is theirs as well, only now.
  if (leaf === undefined || !publicKeyMatches(leaf, pkcs8)) throw tamperedLock(`the private key of "${id}"`);
  const certificates = { generation, chain: chain.map(({ der }) => der) };
  return {
    ...certificates,
    kind: request.kind,
    request,
    defaults,
    formerIds: part.formerIds,
    privateKey: open.sealKey(id, certificates, pkcs8, randomBytes),
    ...previousOf(before),
  };
}

/** The key that was requested for: its own, or that of the generation that is served. */
function keyOf(id: string, part: LockedPart, open: OpenLock): Uint8Array {
  const { requested } = part;
  if (requested?.privateKey !== undefined) return open.openKey(id, requested, requested.privateKey);
  return open.privateKey(id);
}

/** Where issuers are looked for that an answer leaves out: what is pinned, roots of partners among it, and public roots. */
function knownCertificates(lock: Lock): Certificate[] {
  const locked = [...lock.identities.values()].flatMap((identity) => [
    ...identity.chain.map(certificateOf),
    certificateOf(anchorOf(identity)),
  ]);
  return [...new Map([...locked, ...publicRootCertificates()].map((each) => [each.sha256, each])).values()];
}
