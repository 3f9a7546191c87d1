export * from "./backup";
export * from "./errors";
export * from "./fileMode";
export * from "./hostFiles";
export * from "./openHost";
export * from "./ownership";
export * from "./plannedPath";
export { readRegularFile } from "./regularFile";
export * from "./secret";
