import { readFile } from "node:fs/promises";
import { artifactMissing } from "./errors";

/**
 * Reads what synth wrote for a resource.
 *
 * @param artifact relative to Terraform's working directory
 * @throws ResourceError `artifact-missing`
 */
export async function readArtifact(artifact: string): Promise<Buffer> {
  try {
    return await readFile(artifact);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") throw artifactMissing(artifact);
    throw error;
  }
}
