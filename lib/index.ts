export * from "./constructs";
export * from "./model";
export { SynthError, TrustStack } from "./synth";
export * from "./systems";
export * from "./text";
