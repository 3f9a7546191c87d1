import { canonicalJson } from "./canonicalJson";
import { formatEvidence, readEvidence } from "./generationsFormat";
import { base64 } from "./headerFormat";
import type { JsonObject, JsonReader } from "./jsonReader";
import { type LockedIdentity, SIGNATURE_LENGTH, type SignedEvidence } from "./lock";
import { mergedEvidence } from "./rotation/evidence";

/** What each signature of an identity in rotation covers; of what is not signed there is none. */
export function signedEvidenceOf({
  rotation,
  signature,
  signedEvidence,
}: LockedIdentity): readonly SignedEvidence[] {
  if (signedEvidence !== undefined) return signedEvidence;
  return rotation === undefined || signature === undefined
    ? []
    : [{ evidence: rotation.evidence, signature }];
}

/** The identity as one signature covers it. */
export function asSigned(identity: LockedIdentity, { evidence, signature }: SignedEvidence): LockedIdentity {
  const { signedEvidence: _, ...whole } = identity;
  const { rotation } = whole;
  return {
    ...whole,
    signature,
    ...(rotation === undefined ? {} : { rotation: { ...rotation, evidence } }),
  };
}

/** The identity with all that the parts say, each under its own signature; the order of the parts does not count. */
export function withSignedEvidence(
  identity: LockedIdentity,
  parts: readonly SignedEvidence[],
): LockedIdentity {
  const unique = new Map(parts.map((part) => [base64(part.signature), part]));
  const sorted = [...unique].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, part]) => part);
  const [first] = sorted;
  if (identity.rotation === undefined || first === undefined) return identity;
  const evidence = sorted.reduce<SignedEvidence["evidence"]>(
    (known, part) => mergedEvidence(known, part.evidence),
    [],
  );
  const whole = { ...identity, rotation: { ...identity.rotation, evidence }, signature: first.signature };
  return sorted.length === 1 ? whole : { ...whole, signedEvidence: sorted };
}

/** `furtherEvidence` of an identity, as the lock writes it. */
export function formatFurtherEvidence(parts: readonly SignedEvidence[]): JsonObject[] {
  return parts.map(({ evidence, signature }) => ({
    evidence: evidence.map(formatEvidence),
    signature: base64(signature),
  }));
}

/**
 * The identity with what `furtherEvidence` adds to it.
 *
 * @throws LockError `damaged-lock`
 */
export function withFurtherEvidence(identity: LockedIdentity, reader: JsonReader): LockedIdentity {
  if (!reader.has("furtherEvidence")) return identity;
  if (identity.rotation === undefined)
    throw reader.damaged("furtherEvidence", "none was expected of an identity that is steady");
  const further = reader.objects("furtherEvidence").map((part): SignedEvidence => {
    part.allowOnly(["evidence", "signature"]);
    return {
      evidence: part.objects("evidence").map(readEvidence),
      signature: part.bytes("signature", SIGNATURE_LENGTH),
    };
  });
  const whole = withSignedEvidence(identity, [...signedEvidenceOf(identity), ...further]);
  const isInOrder =
    canonicalJson(formatFurtherEvidence(whole.signedEvidence?.slice(1) ?? [])) ===
    canonicalJson(reader.value("furtherEvidence"));
  if (!isInOrder) throw reader.damaged("furtherEvidence", "each once, by its signature, was expected");
  return whole;
}
