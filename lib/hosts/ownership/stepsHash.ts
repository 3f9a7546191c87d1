import { createHash } from "node:crypto";

/** SHA-256 over what is run where, by which activations that do the same know each other. */
export function stepsHash(
  steps: readonly { readonly argv: readonly string[]; readonly on: "host" | "runner" }[],
): string {
  const words = steps.map(({ argv, on }) => [on, ...argv]);
  return createHash("sha256").update(JSON.stringify(words)).digest("hex");
}
