import {
  hashOf,
  type HostFiles,
  type IdentifiedClaim,
  withClaim,
  withoutClaims,
  withoutIdleActivations,
} from "../../hosts";
import { type Claimant, claimedGeneration, isOursToTake } from "../claims/claimant";
import { claimsOnFile, readHeldFile, writeClaims } from "./heldFile";
import { bequeathFile, removeRedundantKept } from "./keptFile";

/**
 * Claims a file as it is, because a person said so; gives its hash, empty where there is no file.
 *
 * Call it under the file's lock.
 *
 * @param refuse - called with each owner who has claimed it; throws where it cannot be shared with that one
 */
export async function importFileAsIs(
  host: HostFiles,
  path: string,
  claimant: Claimant,
  refuse: (owner: string) => void,
): Promise<string> {
  const held = await readHeldFile(host, path);
  if (held.file === undefined) return "";
  const content = hashOf(held.file.bytes);
  const claims = claimsOnFile(held);
  for (const { owner } of claims) refuse(owner);
  const taken = claims.filter((claim) => isOursToTake(claim, claimant));
  const [model] = [...taken, ...claims];
  const claim: IdentifiedClaim = {
    id: claimant.claim,
    owner: claimant.owner,
    declaredAt: claimant.declaredAt,
    kind: "file",
    at: "",
    content,
    ...claimedGeneration(claimant, content, taken[0]),
    origin: model === undefined ? "imported" : model.origin === "displaced" ? "created" : model.origin,
  };
  let after = withClaim(held.ownership, claim);
  for (const one of taken) {
    after = withoutClaims(await bequeathFile(host, path, after, one, claim), [one.id]);
  }
  await writeClaims(host, path, held.ownership, withoutIdleActivations(after));
  await removeRedundantKept(host, path, after, held.file);
  return content;
}
