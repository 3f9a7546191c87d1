import { createHash } from "node:crypto";
import type { SecretReference } from "../model";

/**
 * Stands for the secret behind a reference: one for each, none that anybody uses, and nothing of the real one, which
 * is never looked up.
 *
 * @param known what the test says of secrets itself
 */
export function standInSecrets(
  known: Readonly<Partial<Record<SecretReference, string>>>,
): (reference: SecretReference) => string {
  return (reference) =>
    known[reference] ??
    `stand-in ${createHash("sha256").update(`cdktf-trust test ${reference}`).digest("hex")}`;
}
