export type * from "./inventory";
export type { GivenPassword } from "./passwords";
export { type InventoryOptions, takeInventory, type TakenInventory } from "./takeInventory";
export { whoTrustsWhom } from "./trust";
