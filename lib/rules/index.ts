export { day, refusedDates } from "./dates";
export { explainGap } from "./gap";
export { refusal, type Refusal } from "./refusal";
