export {
  type Acknowledgement,
  type Environment,
  type EnvironmentDeclaration,
  environmentOf,
  environmentsOf,
} from "./environment";
export { ProjectError } from "./errors";
export { type FormerStateOptions, moveFormerState } from "./formerState";
export { type ManifestStack, readManifest } from "./manifest";
export { mapFile, outputDirectoryOf, statePath, verdictsFile, workingDirectoryOf } from "./places";
export { type Project, findProjectDirectory, projectName, readProject } from "./project";
export { readSynthesisedResources, type SynthesisedResource } from "./terraformJson";
export { terraformLiteral } from "./terraformTemplate";
export { readStateRows, type StateRow } from "./terraformState";
export { readTrustPlan } from "./trustPlan";
export { readVerdicts } from "./verdicts";
