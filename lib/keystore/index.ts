export * from "./codec";
export * from "./entries";
export * from "./errors";
export * from "./format";
export * from "./openKey";
export * from "./store";
