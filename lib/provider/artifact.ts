import { realpathSync } from "node:fs";
import { HostError, readRegularFile } from "../hosts";
import { systemCode } from "../model/systemCode";
import { readStore, type Store, StoreError } from "../keystore";
import { artifactLocked, artifactMissing, inStore } from "./errors";
import { isKnown, type Unknown } from "./protocol";
import type { Secret } from "./secrets";

const maximumArtifactBytes = 256 * 2 ** 20;

/**
 * Reads what synth wrote for a resource; a symbolic link to a file is followed.
 *
 * @param artifact relative to Terraform's working directory
 * @throws ResourceError `artifact-missing`; HostError `not-a-file`, `is-directory`, `file-too-large`
 */
export async function readArtifact(artifact: string): Promise<Buffer> {
  try {
    return readRegularFile(realpathSync.native(artifact), artifact, maximumArtifactBytes).bytes;
  } catch (error) {
    if (systemCode(error) === "ENOENT") throw artifactMissing(artifact);
    throw error;
  }
}

/**
 * Refuses at plan an artifact that can never be read; one that is missing is left to the apply.
 *
 * @throws HostError `not-a-file`, `is-directory`, `file-too-large`
 */
export async function foreseeArtifact(artifact: string | Unknown): Promise<void> {
  if (!isKnown(artifact) || artifact === "") return;
  try {
    await readArtifact(artifact);
  } catch (error) {
    if (error instanceof HostError) throw error;
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
