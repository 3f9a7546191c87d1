export { TestingError } from "./errors";
export { type DeclareStacks, judgeForTest, synthesiseForTest, type TestOptions } from "./synthesiseForTest";
export type { TestedHop, TestJudgement } from "./testJudgement";
export {
  TestSynthesis,
  type TestSynthesisParts,
  type TestedEntry,
  type TestedFile,
  type TestedStack,
  type TestedStore,
} from "./testSynthesis";
