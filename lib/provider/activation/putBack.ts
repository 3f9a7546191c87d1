import type { IdentifiedClaim } from "../../hosts";

/**
 * A claim whose thing is back at an earlier content; of which generation that is, nobody knows any more, unless it is the
 * same content that only was sealed otherwise.
 *
 * @param wasDisplaced - whether the claim itself had displaced it, so that it is adopted as before
 */
export function claimPutBack(
  claim: IdentifiedClaim,
  content: string,
  wasDisplaced: boolean,
): IdentifiedClaim {
  if (claim.content === content && !wasDisplaced) return claim;
  const { generation: _, identity: __, kept, ...bare } = claim;
  if (wasDisplaced) return { ...bare, origin: "adopted", content };
  return { ...bare, ...(kept === undefined ? {} : { kept }), content };
}
