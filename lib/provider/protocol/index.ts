export * from "./errors";
export { isAboutToApply } from "./parentCommand";
export { log } from "./log";
export * from "./resource";
export * from "./schema";
export { serve } from "./serve";
export { serveAttached } from "./serveAttached";
