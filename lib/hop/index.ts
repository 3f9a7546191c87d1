export * from "./errors";
export { shakeHands, type HandshakeFailure, type HandshakeOptions, type HandshakeResult } from "./handshake";
export * from "./hopMaterial";
export { judgeHop } from "./judgeHop";
export type { HopJudgement } from "./judgement";
export { refusedName } from "./names";
export { proveHop } from "./proveHop";
export { rehearse, type RehearseOptions } from "./rehearse";
