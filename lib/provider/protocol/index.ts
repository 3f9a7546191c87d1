export * from "./errors";
export * from "./resource";
export * from "./schema";
export { serve } from "./serve";
