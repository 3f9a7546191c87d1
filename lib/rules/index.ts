export { RULES, RULES_BY_SUBJECT, type RuleId } from "./catalogue";
export type { Rule, Strictness } from "./catalogue/rule";
export { type Dated, refusedDates } from "./dates";
export { finding, sentenceOf } from "./finding";
export { explainGap } from "./gap";
export { ruleOfKeyError } from "./keyError";
export * from "./limits";
export { type Quotation, refusal, type Refusal } from "./refusal";
export { ourFinding } from "./strictness";
