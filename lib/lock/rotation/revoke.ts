import type { IdentityPlan } from "../../model";
import { GenerationMaker } from "../generationMaker";
import { type Generations, nextNumber, previousOf, withGenerations } from "../generations";
import { withoutCrossCertificate } from "../issuedBy";
import type { LockedIdentity } from "../lock";
import { issuerIdOf } from "../order";
import { requestToPin } from "../pin";
import { recordRequests } from "../recordRequests";
import { recordOf } from "../requestRecord";
import type { RotateOptions } from "./announce";
import { descendantsOf, lockedIdentity } from "./group";
import type { RotationStep } from "./phases";
import { checkReplaces, replaceable } from "./replaceable";

/**
 * Replaces an identity and all that it issued at once, whatever phase they are in: nothing trusts or serves any of their
 * former generations after the next deploy, and their keys are dropped. Below an authority that is announced they join
 * that rotation anew. The lock still has to be signed.
 *
 * @throws LockError `unknown-identity`; `cannot-rotate` for what is not made here or in a file, whose file did not change,
 *   or that is declared as something else or not at all; `cannot-pin`
 */
export function revoke(options: RotateOptions): RotationStep {
  const { id, plan } = options;
  const lock = recordRequests(options.lock, plan.identities);
  lockedIdentity(lock, id);
  const group = replaceable(plan, lock, [id, ...descendantsOf(lock, id)]);
  const maker = new GenerationMaker(options.open().withLock(lock), options);
  const identities = new Map(lock.identities);
  const changes = group.map((declared) => {
    const before = lockedIdentity(lock, declared.id);
    const after = replaced(declared, before, identities, maker);
    identities.set(declared.id, after);
    const reason =
      declared.id === id
        ? `generation ${before.generation} is trusted no more`
        : `its issuer "${issuerIdOf(declared) ?? ""}" is trusted no more`;
    return { id: declared.id, action: "revoked" as const, generation: after.generation, reason };
  });
  return { lock: { ...lock, identities }, changes };
}

function replaced(
  declared: IdentityPlan,
  before: LockedIdentity,
  identities: ReadonlyMap<string, LockedIdentity>,
  maker: GenerationMaker,
): LockedIdentity {
  const { id } = declared;
  const request = requestToPin(declared.request, before);
  const issuerId = issuerIdOf(declared);
  const issuer = issuerId === undefined ? undefined : lockedIdentity({ identities }, issuerId);
  const by =
    issuerId === undefined || issuer === undefined ? undefined : { id: issuerId, generation: issuer };
  const made = maker.make({ id, request }, nextNumber(before), by);
  checkReplaces(declared, before, made.generation);
  const about = { ...before, ...recordOf(request), ...(made.file === undefined ? {} : { file: made.file }) };
  const replacing: Generations = { current: withoutCrossCertificate(made.generation), ...previousOf(before) };
  if (issuerId === undefined || issuer?.rotation?.phase !== "announced")
    return withGenerations(about, replacing);
  const next = { id: issuerId, generation: issuer.rotation.other };
  const other = maker.make({ id, request }, made.generation.generation + 1, next).generation;
  return withGenerations(about, { ...replacing, rotation: { phase: "announced", other, evidence: [] } });
}
