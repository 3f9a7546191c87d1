export * from "./gate";
export * from "./hostEvidence";
export * from "./places";
export * from "./rotationPlace";
