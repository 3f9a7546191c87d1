import { basename } from "node:path";
import { TrustError } from "../model";
import { nullProvider, trustProvider } from "./providers";
import { serve } from "./protocol";

/** One file serves both providers: which one is said by the name Terraform starts it under. */
const provider = basename(process.argv[1] ?? "").startsWith("terraform-provider-null")
  ? nullProvider
  : trustProvider;

serve(provider, process.env).catch((error: unknown) => {
  const panic =
    error instanceof TrustError
      ? error.message
      : `panic: ${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(`${panic}\n`, () => process.exit(1));
});
