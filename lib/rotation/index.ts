export { type CollectOptions, type Collected, collectEvidence, type PlacedEvidence } from "./collect";
export { RotationError } from "./errors";
export {
  isAwaited,
  type JudgedPlace,
  judged,
  missing,
  rotatingIds,
  rotationHeads,
  rotationPlaces,
} from "./gate";
export { evidenceOnHost } from "./hostEvidence";
export { placesOf } from "./places";
export {
  evidenceInReceipts,
  type ProvenPlace,
  provenPlace,
  readReceipt,
  type ReceiptOwner,
} from "./provenPlace";
export type { PlaceReader, RotationPlace } from "./rotationPlace";
