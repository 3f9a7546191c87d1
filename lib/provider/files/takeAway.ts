import {
  findClaim,
  type HostFile,
  type HostFiles,
  type IdentifiedClaim,
  type OwnershipRecord,
  readKept,
  readOriginal,
  removeKept,
  withoutClaims,
  withoutIdleActivations,
} from "../../hosts";
import { owing } from "../activation/owed";
import { claimsOnFile, type HeldFile, writeClaims } from "./heldFile";
import { bequeathFile, isThereBefore, removeRedundantKept } from "./keptFile";

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
    // The run that dropped it may have been killed before it was done.
    await removeRedundantKept(host, path, held.ownership, held.file);
    if (held.file === undefined) return "gone";
    return claimsOnFile(held).length > 0 ? "shared" : "not-ours";
  }
  const claimless = withoutClaims(held.ownership, [id]);
  const after = withoutIdleActivations(claimless);
  const drop = async (left: OwnershipRecord, present: Pick<HostFile, "bytes"> | undefined) => {
    if (removesForGood) await removeKept(host, path, id);
    await writeClaims(host, path, held.ownership, left);
    await removeRedundantKept(host, path, left, present);
  };
  const [heir] = claimsOnFile({ ...held, ownership: after });
  if (heir !== undefined) {
    const left = removesForGood ? after : await bequeathFile(host, path, after, claim, heir);
    await drop(left, held.file);
    return "shared";
  }
  if (held.file !== undefined && held.hash !== claim.content) {
    await drop(after, held.file);
    if (claim.kept?.place !== "beside") return "not-ours";
    return (await readKept(host, path, id)) === undefined ? "restored" : "not-ours-kept";
  }
  if (isThereBefore(claim) && !removesForGood) {
    await drop(after, held.file);
    return "left";
  }
  // Before the file goes: whoever reads it has that still to do, however this run ends.
  const owed = await owing(host, path, held.ownership, claimless, []);
  const { activations } = owed;
  const marked = { ...held.ownership, ...(activations === undefined ? {} : { activations }) };
  await writeClaims(host, path, held.ownership, marked);
  const { removal, present } = await empty(host, path, held, claim, removesForGood);
  await drop(owed, present);
  return removal;
}

/** Puts back what a claim displaced, or leaves nothing. */
async function empty(
  host: HostFiles,
  path: string,
  { file }: HeldFile,
  { id, kept }: IdentifiedClaim,
  removesForGood: boolean,
): Promise<{ readonly removal: FileRemoval; readonly present?: HostFile }> {
  if (kept !== undefined && !removesForGood) {
    const before = kept.place === "orig" ? await readOriginal(host, path) : await readKept(host, path, id);
    if (before !== undefined) {
      const { bytes, mode, ownerId, groupId } = before;
      await host.replaceFile(path, bytes, { mode, owner: { ownerId, groupId } });
      return { removal: "restored", present: before };
    }
  }
  if (file === undefined) return { removal: "gone" };
  await host.removeFile(path);
  return { removal: kept === undefined || removesForGood ? "removed" : "not-restored" };
}
