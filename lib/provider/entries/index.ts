export { claimsOn } from "./claimsOn";
export * from "./content";
export { judgePlacement, judgeUpdate } from "./judge";
export { isClaimId } from "./keep";
export * from "./locate";
export { importEntryAsIs, placeEntry, type PlacementRefusals } from "./place";
export * from "./settle";
export { updateEntry, type UpdateRefusals } from "./update";
export * from "./withdraw";
