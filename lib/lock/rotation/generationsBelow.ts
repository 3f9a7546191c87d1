import type { IdentityPlan } from "../../model";
import { endsWithin } from "../../model/day";
import { certificateOf } from "../certificates";
import { notInLock } from "../errors";
import type { GenerationMaker, IssuingGeneration, MadeGeneration } from "../generationMaker";
import { type Generations, announcedBeside, generationOf, nextNumber, previousOf } from "../generations";
import { isIssuedBy, withoutCrossCertificate } from "../issuedBy";
import { type Generation, type LockedIdentity, type Rotation, leafOf } from "../lock";
import { type TrustsAnew, needsAnnouncing } from "../needsAnnouncing";
import { issuerIdOf } from "../order";

/** What an identity becomes. */
export interface MadeGenerations extends Pick<MadeGeneration, "file"> {
  readonly generations: Generations;
}

export interface GenerationsOptions {
  readonly identity: IdentityPlan;
  readonly before: LockedIdentity | undefined;
  /** Whether its current generation stays, and only what its issuer's rotation asks for is added. */
  readonly keepsCurrent: boolean;
  /** Whether it is as declared, and only gets another generation before its end. */
  readonly isRenewal: boolean;
  /** What the lock has become so far: issuers first. */
  readonly identities: ReadonlyMap<string, LockedIdentity>;
  readonly maker: GenerationMaker;
  readonly now: Date;
  readonly trustsAnew?: TrustsAnew;
}

/**
 * Makes an identity (anew). Below an authority in rotation it joins that, in the same phase, so that it goes on and
 * back with it. What comes from files, and an authority that is renewed before its end, is announced where somebody has to trust
 * another certificate first. Any other authority is `switched` at once: its former generation stays trusted until it is
 * retired, so that no apply takes away an anchor that a running process still needs. All else is one swap.
 */
export function generationsFor(options: GenerationsOptions): MadeGenerations {
  const { identity, before, identities, maker } = options;
  const issuerId = issuerIdOf(identity);
  if (issuerId !== undefined) {
    const issuer = identities.get(issuerId);
    if (issuer === undefined) throw notInLock(issuerId, "certificate");
    const { rotation } = issuer;
    if (rotation?.phase === "announced") return announcedBelow(options, { id: issuerId, issuer, rotation });
    if (rotation?.phase === "switched" && before === undefined)
      return addedBelow(options, { id: issuerId, issuer, rotation });
    const made = maker.make(identity, nextNumber(before), { id: issuerId, generation: issuer });
    const follows = rotation !== undefined && before !== undefined && !isIssuedBy(before, issuer);
    return follows || isRenewedAuthority(options) ? switchedFrom(made, before) : swapped(made, before);
  }
  const made = maker.make(identity, nextNumber(before));
  if (before !== undefined && isAnotherToTrust(options, before, made)) return announcedFrom(made, before);
  return isRenewedAuthority(options) ? switchedFrom(made, before) : swapped(made, before);
}

interface RotatingIssuer {
  readonly id: string;
  readonly issuer: LockedIdentity;
  readonly rotation: Rotation;
}

/** Served as issued by the current generation, with a next one by the next. */
function announcedBelow(
  { identity, before, keepsCurrent, maker }: GenerationsOptions,
  { id, issuer, rotation }: RotatingIssuer,
): MadeGenerations {
  const keeps = before !== undefined && keepsCurrent && isIssuedBy(before, issuer);
  const current = keeps
    ? generationOf(before)
    : maker.make(identity, nextNumber(before), { id, generation: issuer }).generation;
  const next = maker.make(identity, current.generation + 1, { id, generation: rotation.other });
  const previous = keeps ? before.previous : previousOf(before).previous;
  return {
    generations: {
      current,
      rotation: { phase: "announced", other: next.generation, evidence: [] },
      ...(previous === undefined ? {} : { previous }),
    },
  };
}

/**
 * A new identity below an authority that has switched gets a generation by the former one as well, for when the
 * rotation goes back; a former authority that expired has no use for that.
 */
function addedBelow(
  { identity, maker, now }: GenerationsOptions,
  { id, issuer, rotation: { other: former } }: RotatingIssuer,
): MadeGenerations {
  const by = (generation: Generation): IssuingGeneration => ({ id, generation });
  if (endsWithin(certificateOf(leafOf(former)).notAfter, now, 0))
    return swapped(maker.make(identity, 1, by(issuer)), undefined);
  const other = maker.make(identity, 1, by(former)).generation;
  const current = maker.make(identity, 2, by(issuer)).generation;
  return { generations: { current, rotation: { phase: "switched", other, evidence: [] } } };
}

function isRenewedAuthority({ identity, before }: GenerationsOptions): boolean {
  return identity.request.kind === "authority" && before?.kind === "authority";
}

/** Whether somebody else made it, and what is served cannot be swapped for it. */
function isAnotherToTrust(
  { identity: { id, request }, isRenewal, ...options }: GenerationsOptions,
  before: LockedIdentity,
  { generation: next }: MadeGeneration,
): boolean {
  const waits = request.kind === "imported" || (request.kind === "authority" && isRenewal);
  return waits && needsAnnouncing({ ...options, id, before, next });
}

function announcedFrom({ generation, file }: MadeGeneration, before: LockedIdentity): MadeGenerations {
  return { generations: announcedBeside(before, generation), ...(file === undefined ? {} : { file }) };
}

function switchedFrom(made: MadeGeneration, before: LockedIdentity | undefined): MadeGenerations {
  if (before === undefined) return swapped(made, before);
  const rotation: Rotation = { phase: "switched", other: generationOf(before), evidence: [] };
  return { generations: { current: made.generation, rotation } };
}

/** What is steady keeps no certificate that goes with the rotation of its root. */
function swapped({ generation, file }: MadeGeneration, before: LockedIdentity | undefined): MadeGenerations {
  return {
    generations: { current: withoutCrossCertificate(generation), ...previousOf(before) },
    ...(file === undefined ? {} : { file }),
  };
}
