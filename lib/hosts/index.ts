export * from "./errors";
export * from "./hostFiles";
export * from "./openHost";
export * from "./plannedPath";
export * from "./secret";
