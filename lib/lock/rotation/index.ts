export { announce, type AnnounceOptions, type RotateOptions } from "./announce";
export { withEvidence } from "./evidence";
export { headOf, rotationGroup } from "./group";
export { goBack, retire, type RotationStep, switchOver } from "./phases";
export { revoke } from "./revoke";
