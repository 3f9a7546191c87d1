import { readFile } from "node:fs/promises";
import { readStore, type Store, StoreError } from "../keystore";
import { artifactLocked, artifactMissing, inStore } from "./errors";
import type { Secret } from "./secrets";

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

const parsed = new Map<
  string,
  { readonly bytes: Buffer; readonly password: string; readonly store: Store }
>();

/**
 * Reads a store that synth wrote; parsed once for all the entries in it.
 *
 * @throws ResourceError `artifact-missing`, `artifact-locked`; StoreError naming the artifact
 */
export async function readArtifactStore(artifact: string, password: Secret): Promise<Store> {
  const bytes = await readArtifact(artifact);
  const known = parsed.get(artifact);
  if (known !== undefined && known.password === password.value && known.bytes.equals(bytes))
    return known.store;
  const store = openArtifact(artifact, bytes, password);
  parsed.set(artifact, { bytes, password: password.value, store });
  return store;
}

function openArtifact(artifact: string, bytes: Buffer, password: Secret): Store {
  try {
    return inStore(artifact, password.reference, () => readStore(bytes, password.value));
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== "wrong-password") throw error;
    throw artifactLocked(artifact, password.reference);
  }
}
