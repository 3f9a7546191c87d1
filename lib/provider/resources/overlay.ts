import type { Store } from "../../keystore";
import { readArtifactStore } from "../artifact";
import type { Secret } from "../secrets";
import { overlayOfPem } from "./certificatePem";
import type { EntrySource } from "./entryRow";

/**
 * The store that an entry is delivered from: the one that synth wrote, or one of the certificate in the configuration.
 *
 * @throws ResourceError `artifact-missing`, `artifact-locked`, `certificate-pem`; StoreError naming the artifact
 */
export async function readOverlay(
  { artifact, certificate_pem: pem, alias }: EntrySource & { readonly alias: string },
  password: Secret,
): Promise<Store> {
  return pem ? overlayOfPem(pem, alias) : await readArtifactStore(artifact ?? "", password);
}

/** What an entry is delivered from, for messages. */
export function sourceName({ artifact, certificate_pem: pem }: EntrySource): string {
  return pem ? "certificate_pem" : (artifact ?? "");
}
