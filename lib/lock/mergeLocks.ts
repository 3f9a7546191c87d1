import { canonicalJson } from "./canonicalJson";
import { headerOf, observationContent } from "./format";
import type { Lock, TruststoreObservation } from "./lock";
import { lockedParts, withParts } from "./lockedParts";
import { identityRules, unsealedContent } from "./mergeIdentities";
import { type MergeConflict, type MergeRules, type Side, mergeParts, otherSide } from "./mergeParts";
import { hasSealedKey } from "./sealedKeys";

/** What came of a merge. */
export interface MergedLocks {
  /** Signed part by part, as the two sides are; where parts conflict, as `conflicts` says. */
  readonly lock: Lock;
  readonly conflicts: readonly MergeConflict[];
}

/**
 * Merges two locks of one environment, without a key: each part is taken as one of the sides has signed it.
 *
 * Header: the side that changed it; where both did, ours as a whole, and nothing is merged. Identities: those that one
 * side changed are that side's; of those that both changed, the one that has made the higher generation, and of one
 * generation the one that is further on in its rotation, or knows all that the other knows of who has read it; what each
 * knows alone is joined, under both signatures.
 * Observations: those that one side changed. All else is a conflict.
 *
 * @param base what both sides were made from; undefined where they have no lock in common
 */
export function mergeLocks(base: Lock | undefined, ours: Lock, theirs: Lock): MergedLocks {
  const header = changedHeader(base, ours, theirs);
  if (header === undefined) return { lock: ours, conflicts: [headerConflict(base, ours, theirs)] };
  const locks = { ours, theirs };
  const isSigned = haveSameSigner(locks);
  const opens = hasSameDataKey(locks[otherSide(header)], locks[header]);
  const identities = mergeParts(
    {
      base: base === undefined ? undefined : lockedParts(base),
      ours: lockedParts(ours),
      theirs: lockedParts(theirs),
    },
    identityRules(header, {
      isSigned,
      isUsable: (identity) => isSigned && (opens || !hasSealedKey(identity)),
    }),
  );
  const observations = mergeParts(
    { base: base?.observations, ours: ours.observations, theirs: theirs.observations },
    observationRules(header, () => isSigned),
  );
  return {
    lock: withParts({ ...locks[header], observations: observations.items }, identities.items),
    conflicts: [...identities.conflicts, ...observations.conflicts],
  };
}

/** The side whose header the merged lock has; undefined where both changed it. */
function changedHeader(base: Lock | undefined, ours: Lock, theirs: Lock): Side | undefined {
  const text = (lock: Lock) => canonicalJson(headerOf(lock));
  if (text(ours) === text(theirs)) return "ours";
  if (base === undefined) return undefined;
  if (text(ours) === text(base)) return "theirs";
  return text(theirs) === text(base) ? "ours" : undefined;
}

/** Whether what the side with the former header signed can stand under the new one: both have the same signer. */
function haveSameSigner({ ours, theirs }: Readonly<Record<Side, Lock>>): boolean {
  return signerOf(ours) === signerOf(theirs);
}

/** Whether what was sealed before opens with the data key of the new header; another one is made when a recipient goes. */
function hasSameDataKey(before: Lock, after: Lock): boolean {
  return before.recipients.every((recipient) => isStillWrapped(recipient, after));
}

function signerOf({ signer }: Lock): string {
  return signer === undefined ? "" : Buffer.from(signer.publicKey).toString("base64");
}

/** A new data key is wrapped anew for everybody who stays. */
function isStillWrapped({ id, wrappedKey }: Lock["recipients"][number], { recipients }: Lock): boolean {
  const now = recipients.find((recipient) => recipient.id === id);
  return now !== undefined && Buffer.compare(now.wrappedKey, wrappedKey) === 0;
}

function observationRules(
  header: Side,
  isUsable: MergeRules<TruststoreObservation>["isUsable"],
): MergeRules<TruststoreObservation> {
  return {
    part: "observation",
    header,
    isUsable,
    // The same was seen twice: it does not matter when.
    contentOf: ({ anchors }) => observationContent({ anchors }),
    newer: () => undefined,
    joined: () => undefined,
    remedy: () => "`cdktf-trust lock --observe` reads what its host holds",
  };
}

/** Recipients and signer belong together, and what one side sealed the other's keys may not open. */
function headerConflict(base: Lock | undefined, ours: Lock, theirs: Lock): MergeConflict {
  const ids = new Set([...lockedParts(ours).keys(), ...lockedParts(theirs).keys()]);
  const textIn = (lock: Lock | undefined, id: string): string | undefined => {
    const identity = lock === undefined ? undefined : lockedParts(lock).get(id);
    return identity === undefined ? undefined : canonicalJson(unsealedContent(identity));
  };
  const lost = [...ids].filter(
    (id) => textIn(theirs, id) !== textIn(ours, id) && textIn(theirs, id) !== textIn(base, id),
  );
  return {
    part: "header",
    key: "",
    reason:
      "both sides changed recipients or signer, so nothing was merged and the lock is ours as a whole: take the side " +
      "that is harder to make again (`git checkout --ours` or `--theirs`), make the other's changes of recipients again " +
      "(`--add-recipient`, `--remove-recipient`), and run `cdktf-trust lock`" +
      (lost.length === 0 ? "" : ` for what theirs alone has changed: ${lost.join(", ")}`),
  };
}
