export { SynthError } from "./errors";
export * from "./trustStack";
