export { activationOrder } from "./activationRemedy";
export { type LiveCall, type LiveHandshake, type ReachedServer, shakeLive } from "./handshake";
export { type Line, lineFromHere, lineThrough } from "./line";
export { type LiveOptions, type LiveProof, LiveProver } from "./liveProver";
