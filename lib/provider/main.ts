import { basename } from "node:path";
import { TrustError } from "../model";
import { nullProvider, trustProvider } from "./providers";
import { serve, serveAttached } from "./protocol";
import { ATTACHED_WORD } from "./variables";

/** One file serves both providers: which one is said by the name Terraform starts it under. */
const provider = basename(process.argv[1] ?? "").startsWith("terraform-provider-null")
  ? nullProvider
  : trustProvider;

const served =
  process.argv[2] === ATTACHED_WORD
    ? serveAttached({ trust: trustProvider, null: nullProvider })
    : serve(provider, process.env);

served.catch((error: unknown) => {
  const panic =
    error instanceof TrustError
      ? error.message
      : `panic: ${error instanceof Error ? error.stack : String(error)}`;
  process.stderr.write(`${panic}\n`, () => process.exit(1));
});
