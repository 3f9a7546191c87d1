export type { EnvironmentReport, ReportedHop } from "./environmentReport";
export { githubAnnotations, type GithubFiles } from "./githubAnnotations";
export { junitXml } from "./junit";
export { prometheusText } from "./prometheus";
