import { isSameChain } from "../pki";
import { canonicalJson } from "./canonicalJson";
import { isMadeKind } from "./declaration";
import { identityContent } from "./format";
import { newestOf } from "./generations";
import { type Evidence, type LockedIdentity, ROTATION_PHASES, leafOf } from "./lock";
import type { LockedPart } from "./lockedParts";
import type { MergeRules, Side } from "./mergeParts";
import { evidenceBeyond } from "./rotation/evidence";
import { asSigned, signedEvidenceOf, withSignedEvidence } from "./signedEvidence";
import { withSealedKeys } from "./sealedKeys";

/** How two identities of one id are merged. */
export function identityRules(
  header: Side,
  {
    isSigned,
    isUsable,
  }: Pick<MergeRules<LockedPart>, "isUsable"> & {
    /** Whether what either side signed can stand under the header. */
    readonly isSigned: boolean;
  },
): MergeRules<LockedPart> {
  return {
    part: "identity",
    header,
    isUsable,
    contentOf: unsealedContent,
    newer: newerPart,
    joined: (ours, theirs) => (isSigned ? withBothEvidence(ours, theirs) : undefined),
    remedy: remedyForPart,
  };
}

/** A certificate counts for more than a request for one. */
function newerPart(ours: LockedPart, theirs: LockedPart): Side | undefined {
  if ("chain" in ours) return "chain" in theirs ? newerIdentity(ours, theirs) : "ours";
  return "chain" in theirs ? "theirs" : undefined;
}

function remedyForPart(ours: LockedPart, id: string, theirs: LockedPart): string {
  if (!("chain" in ours) || !("chain" in theirs) || ours.requested !== undefined)
    return `\`cdktf-trust lock request new ${id}\` makes a request in the place of both`;
  return remedyFor(ours, id, theirs);
}

function newerIdentity(ours: LockedIdentity, theirs: LockedIdentity): Side | undefined {
  const [one, other] = [newestOf(ours), newestOf(theirs)];
  if (one.generation !== other.generation) return one.generation > other.generation ? "ours" : "theirs";
  if (!isSameChain([leafOf(one)], [leafOf(other)])) return undefined;
  const further = stepOf(ours) - stepOf(theirs);
  if (further !== 0) return further > 0 ? "ours" : "theirs";
  if (canonicalJson(withoutEvidence(ours)) !== canonicalJson(withoutEvidence(theirs))) return undefined;
  if (beyond(theirs, ours).length === 0) return "ours";
  return beyond(ours, theirs).length === 0 ? "theirs" : undefined;
}

/** All that both know of who has read the same generation in the same phase, where nothing else differs. */
function withBothEvidence(ours: LockedPart, theirs: LockedPart): LockedPart | undefined {
  if (!("chain" in ours && "chain" in theirs)) return undefined;
  const [one, other] = [signedEvidenceOf(ours), signedEvidenceOf(theirs)];
  const about = (identity: LockedIdentity) =>
    canonicalJson(identityContent(asSigned(identity, { evidence: [], signature: Buffer.of() })));
  if (one.length === 0 || other.length === 0 || about(ours) !== about(theirs)) return undefined;
  return withSignedEvidence(ours, [...one, ...other]);
}

/** How far a generation has come: announced, switched, and alone. */
function stepOf({ rotation }: LockedIdentity): number {
  return rotation === undefined ? ROTATION_PHASES.length : ROTATION_PHASES.indexOf(rotation.phase);
}

function withoutEvidence(identity: LockedIdentity): unknown {
  const { rotation } = identity;
  return unsealedContent(
    rotation === undefined ? identity : { ...identity, rotation: { ...rotation, evidence: [] } },
  );
}

/** What one knows of who has read its generation, and the other does not. */
function beyond(one: LockedIdentity, other: LockedIdentity): Evidence[] {
  return evidenceBeyond(one.rotation?.evidence ?? [], other.rotation?.evidence ?? []);
}

function remedyFor(ours: LockedIdentity, id: string, theirs: LockedIdentity): string {
  const { kind, rotation } = ours;
  if (kind === "existing") return "`cdktf-trust lock --observe` reads what its host holds";
  if (
    rotation !== undefined &&
    canonicalJson(withoutEvidence(ours)) === canonicalJson(withoutEvidence(theirs))
  ) {
    const lost = beyond(theirs, ours).map(({ host, path, by }) => `${host}:${path} (${by})`);
    return `what theirs alone knows has to be said again: ${lost.join(", ")}`;
  }
  if (rotation !== undefined) return "its rotation goes on from there; what theirs made is dropped";
  if (isMadeKind(kind)) return `\`cdktf-trust lock --renew ${id}\` makes a generation in the place of both`;
  return "`cdktf-trust lock` takes it from its file, once that is the one that is meant";
}

/** A key that was only sealed anew is the same key. */
export function unsealedContent(identity: LockedPart): unknown {
  return identityContent(withSealedKeys(identity, () => undefined));
}
