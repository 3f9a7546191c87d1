import { TerraformStack } from "cdktf";
import { synthesiseTrust } from "./synthesiseTrust";

/**
 * A stack whose constructs declare certificate trust. At synth it proves that every declared hop can shake
 * hands, and writes the artifacts, `trust-plan.json` and the Terraform JSON that delivers them.
 *
 * @throws SynthError at synth, with everything that is wrong at once
 */
export abstract class TrustStack extends TerraformStack {
  protected synthesised = false;

  /** Called by CDKTF before it writes the stack, possibly more than once. */
  override prepareStack(): void {
    if (!this.synthesised) {
      this.synthesised = true;
      synthesiseTrust(this);
    }
    super.prepareStack();
  }
}
