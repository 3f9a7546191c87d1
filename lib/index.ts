export * from "./constructs";
export * from "./model";
export { TrustStack } from "./synth";
export * from "./systems";
