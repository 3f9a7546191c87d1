export { claimsOn, isEntryClaim } from "./claimsOn";
export * from "./content";
export { judgePlacement, judgeUpdate } from "./judge";
export { isClaimId } from "./keep";
export * from "./locate";
export { importEntryAsIs, placeEntry, type PlacementRefusals } from "./place";
export { rewrittenThings } from "./rewritten";
export * from "./settle";
export { updateEntry, type UpdateRefusals } from "./update";
export * from "./withdraw";
export {
  AS_DECLARED,
  declaredEntry,
  deliveredAs,
  fitEntry,
  holdsSame,
  keyStateOf,
  openedKey,
} from "./deliverable";
export { describeEntry, describeFound } from "./describe";
