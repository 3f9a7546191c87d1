export type { EarlierPlan, MapOptions } from "./data/readMap";
export {
  type JudgedPlan,
  trustMapHeadline,
  trustMapMarkdown,
  trustMapPage,
  trustMapPicture,
} from "./trustMap";
