export type { EarlierPlan, MapOptions } from "./data/readMap";
export { type JudgedPlan, trustMapPage, trustMapPicture } from "./trustMap";
