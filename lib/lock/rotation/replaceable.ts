import type { IdentityPlan, TrustPlan } from "../../model";
import { type Generation, type Lock, type LockedIdentity, leafOf } from "../lock";
import { issuersFirst } from "../order";
import { cannotRotate } from "./errors";
import { lockedIdentity } from "./group";

/**
 * The declarations of identities that get another generation, issuers first.
 *
 * @throws LockError `cannot-rotate`
 */
export function replaceable(plan: TrustPlan, lock: Lock, ids: readonly string[]): IdentityPlan[] {
  const declared = new Map(plan.identities.map((identity) => [identity.id, identity]));
  for (const id of ids) checkDeclared(id, declared.get(id), lockedIdentity(lock, id));
  const wanted = new Set(ids);
  return issuersFirst(plan.identities).filter(({ id }) => wanted.has(id));
}

/**
 * Checks that what came from a file is another certificate than before.
 *
 * @throws LockError `cannot-rotate`
 */
export function checkReplaces({ id, request }: IdentityPlan, before: Generation, made: Generation): void {
  if (request.kind !== "imported" && request.kind !== "certificate") return;
  if (Buffer.compare(leafOf(before), leafOf(made)) !== 0) return;
  throw cannotRotate(
    id,
    `${request.file} holds the certificate of generation ${before.generation}; put the next one there first`,
  );
}

function checkDeclared(id: string, declared: IdentityPlan | undefined, pinned: LockedIdentity): void {
  if (declared === undefined) {
    throw cannotRotate(id, "no stack declares it any more; `cdktf-trust lock` drops it");
  }
  const { kind } = declared.request;
  if (kind !== pinned.kind) {
    throw cannotRotate(id, `it is ${kind}, and was ${pinned.kind}; \`cdktf-trust lock\` replaces it`);
  }
  if (kind === "existing") {
    throw cannotRotate(
      id,
      "its key stays on its host, where it is renewed, and `cdktf-trust lock --observe` reads what is there then; to have " +
        "its next certificate trusted before that, declare it as a PartnerCertificate from a file",
    );
  }
}
