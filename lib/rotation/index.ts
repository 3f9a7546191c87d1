export { type CollectOptions, type Collected, collectEvidence, type PlacedEvidence } from "./collect";
export { type ReceiptOwner, RotationError } from "./errors";
export {
  isAwaited,
  type JudgedPlace,
  judged,
  missing,
  rotatingIds,
  rotationHeads,
  rotationPlaces,
} from "./gate";
export { type Exposure, exposures } from "./exposure";
export { evidenceOnHost } from "./hostEvidence";
export { placesOf } from "./places";
export { evidenceInReceipts, type ProvenPlace, provenPlace, readReceipt } from "./provenPlace";
export { type Replaced, type ReplacedHop, replacedHops } from "./replacement";
export { skippedPlaces } from "./skippedPlaces";
export { trustsAnewIn } from "./trustedAnew";
export type { PlaceReader, RotationPlace } from "./rotationPlace";
