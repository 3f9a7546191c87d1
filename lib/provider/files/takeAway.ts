import {
  findClaim,
  type HostFiles,
  type IdentifiedClaim,
  readKept,
  readOriginal,
  removeKept,
  withoutClaims,
} from "../../hosts";
import { bequeathFile, claimsOnFile, dropKeptIfThere, type HeldFile, writeClaims } from "./heldFile";

/** What became of a file that should go. */
export type FileRemoval =
  | "removed"
  /** What it had displaced is back. */
  | "restored"
  /** What it had displaced is nowhere to be found; the file is gone. */
  | "not-restored"
  | "gone"
  /** It was there before us and stays. */
  | "left"
  /** Others have claimed it too and keep it. */
  | "shared"
  /** Somebody has changed it. */
  | "not-ours"
  /** Somebody has changed it, and what it had displaced is still kept beside it. */
  | "not-ours-kept";

/** Drops a claim to a file, which goes with the last one; what was there before comes back. */
export async function takeAwayFile(
  host: HostFiles,
  path: string,
  held: HeldFile,
  id: string,
  removesForGood: boolean,
): Promise<FileRemoval> {
  const claim = findClaim(held.ownership, id);
  if (claim === undefined) {
    if (held.file === undefined) return "gone";
    return claimsOnFile(held).length > 0 ? "shared" : "not-ours";
  }
  const after = withoutClaims(held.ownership, [id]);
  const drop = () => writeClaims(host, path, held.ownership, after);
  if (held.file !== undefined && held.hash !== claim.content) {
    const isBack = await dropKeptIfThere(host, path, claim, held.file);
    await drop();
    if (!isBack) return "not-ours-kept";
    return claim.kept?.place === "beside" ? "restored" : "not-ours";
  }
  const [heir] = claimsOnFile({ ...held, ownership: after });
  if (heir !== undefined) {
    const left = removesForGood ? after : await bequeathFile(host, path, after, claim, heir);
    await writeClaims(host, path, held.ownership, left);
    await removeKept(host, path, id);
    return "shared";
  }
  const isLeft = claim.origin === "adopted" || claim.origin === "imported";
  const removal = isLeft && !removesForGood ? "left" : await empty(host, path, held, claim, removesForGood);
  await drop();
  await removeKept(host, path, id);
  return removal;
}

/** Puts back what a claim displaced, or leaves nothing. */
async function empty(
  host: HostFiles,
  path: string,
  { file }: HeldFile,
  { id, kept }: IdentifiedClaim,
  removesForGood: boolean,
): Promise<FileRemoval> {
  if (kept !== undefined && !removesForGood) {
    const before = kept.place === "orig" ? await readOriginal(host, path) : await readKept(host, path, id);
    if (before !== undefined) {
      const { bytes, mode, ownerId, groupId } = before;
      await host.replaceFile(path, bytes, { mode, owner: { ownerId, groupId } });
      return "restored";
    }
  }
  if (file === undefined) return "gone";
  await host.removeFile(path);
  return kept === undefined || removesForGood ? "removed" : "not-restored";
}
