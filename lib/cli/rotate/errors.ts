import { headOf, type Lock, type Rotation } from "../../lock";
import { closest } from "../../model/closest";
import { rotationHeads } from "../../rotation";
import { UsageError } from "../errors";

/**
 * The rotation of an identity that is rotated itself.
 *
 * @throws UsageError where there is none, or it moves with another one
 */
export function requireRotation(lock: Lock, id: string): Rotation {
  const identity = lock.identities.get(id);
  const rotation = identity?.rotation;
  const head = headOf(lock, id);
  if (rotation !== undefined && head === id) return rotation;
  if (head !== undefined) throw new UsageError(`${id} moves with ${head}: run the command with that one`);
  const heads = rotationHeads(lock);
  const meant = closest(id, heads);
  throw new UsageError(
    identity === undefined
      ? `the lock holds no identity "${id}"${meant === undefined ? "" : `; is "${meant}" meant?`}`
      : `${id} is not in rotation; \`cdktf-trust rotate ${id}\` begins one. In rotation: ${heads.join(", ") || "none"}`,
  );
}
