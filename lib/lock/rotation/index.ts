export { announce, type AnnounceOptions, type RotateOptions } from "./announce";
export { cannotRotate } from "./errors";
export { withEvidence } from "./evidence";
export { descendantsOf, headOf, rotationGroup } from "./group";
export { goBack, retire, type RotationStep, switchOver } from "./phases";
export { revoke } from "./revoke";
