import { certificateOf } from "../certificates";
import type { GenerationMaker, GenerationSources } from "../generationMaker";
import { crossSign } from "../issue";
import { isIssued, lockedIssuerId } from "../issuedBy";
import { type Generation, type Lock, leafOf } from "../lock";
import { depthBelow } from "../order";
import { cannotRotate } from "./errors";
import { descendantsOf, lockedIdentity } from "./group";

/**
 * The next generation of a root, with its certificate by the former one behind its own: what it issues presents that
 * one, and those who trust either root accept it.
 */
export function crossSigned(
  id: string,
  { former, next }: { readonly former: Generation; readonly next: Generation },
  maker: GenerationMaker,
  { now, randomBytes }: GenerationSources,
): Generation {
  const root = leafOf(next);
  const issuer = maker.issuer({ id, generation: former });
  const cross = crossSign({ id, root, issuer, now, randomBytes });
  return { ...next, chain: [root, cross], anchor: root };
}

/**
 * Checks that the current generation of an identity can vouch for a next one.
 *
 * @throws LockError `cannot-rotate`
 */
export function checkCrossSignable(lock: Lock, id: string): void {
  const identity = lockedIdentity(lock, id);
  if (identity.kind !== "authority" || isIssued(identity)) {
    throw cannotRotate(id, "only a root can be cross-signed; rotate it without, or its root with");
  }
  const { pathLength } = certificateOf(leafOf(identity)).basicConstraints ?? {};
  // What cross-signs the next root counts as an authority below the former one (RFC 5280, 4.2.1.9).
  const needed = 1 + authoritiesBelow(lock, id);
  if (pathLength !== undefined && pathLength < needed) {
    throw cannotRotate(
      id,
      `its path length is ${pathLength}, and ${needed} is needed for the certificate that cross-signs the next root ` +
        "and the authorities below it; rotate it without cross-signing",
    );
  }
}

/** How many authorities are on the longest way down from one. */
function authoritiesBelow(lock: Lock, id: string): number {
  const authorities = descendantsOf(lock, id).filter(
    (each) => lockedIdentity(lock, each).kind === "authority",
  );
  return depthBelow(
    id,
    authorities.map((each) => [each, lockedIssuerId(lock, lockedIdentity(lock, each))]),
  );
}
