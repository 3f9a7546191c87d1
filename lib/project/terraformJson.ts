import { join } from "node:path";
import { readJsonFile } from "./jsonFile";
import { type Shape, mapOf, object, optional, text } from "./shape";
import { fromTerraformLiteral } from "./terraformTemplate";

/** What is asked of a resource that synth wrote. */
export interface SynthesisedResource {
  /** Path of what it delivers, below the stack's working directory. */
  readonly artifact?: string;
  readonly host?: string;
  readonly path?: string;
  readonly alias?: string;
  readonly sha256?: string;
}

/** Resources by type and name. */
export type SynthesisedResources = Readonly<Record<string, Readonly<Record<string, SynthesisedResource>>>>;

const literal: Shape<string> = (value, place) => fromTerraformLiteral(text(value, place));

const terraformJson = object<{ readonly resource?: SynthesisedResources }>({
  resource: optional(
    mapOf(
      mapOf(
        object<SynthesisedResource>({
          artifact: optional(literal),
          host: optional(literal),
          path: optional(literal),
          alias: optional(literal),
          sha256: optional(literal),
        }),
      ),
    ),
  ),
});

/** The resources in a stack's `cdk.tf.json`. @throws ProjectError `unreadable-file`, `damaged-file` */
export function readSynthesisedResources(workingDirectory: string): SynthesisedResources {
  const file = join(workingDirectory, "cdk.tf.json");
  return readJsonFile(file, terraformJson, "delete it and run cdktf-trust synth").resource ?? {};
}
