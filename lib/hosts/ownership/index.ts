export * from "./activations";
export * from "./content";
export { claimIdOfVersion1, settingClaimId } from "./formatV1";
export * from "./format";
export * from "./record";
export * from "./recordFile";
export * from "./keptFile";
export * from "./stepsHash";
