import { type TerraformBackend, TerraformStack } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { Environment } from "../constructs";
import { setCertificates } from "../constructs/pinnedCertificate";
import { markTrustStack } from "../constructs/trustStackMark";
import { knownCertificate } from "./knownCertificate";
import { ensureBackend, synthesiseTrust } from "./synthesiseTrust";

/**
 * A stack whose constructs declare certificate trust. At synth it proves that every declared hop can shake
 * hands, and writes the artifacts, `trust-plan.json` and the Terraform JSON that delivers them.
 *
 * @throws SynthError at synth, with everything that is wrong at once
 */
export abstract class TrustStack extends TerraformStack {
  /**
   * The stack of a construct.
   *
   * @throws an error where the construct is in no stack
   */
  static override of(construct: IConstruct): TrustStack {
    return super.of(construct) as TrustStack;
  }

  protected synthesised = false;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    markTrustStack(this);
    setCertificates(this, (identityId, part) => knownCertificate(this, identityId, part));
  }

  /** The environment that the stack is synthesised for: its hosts, and what is chosen for it. */
  get environment(): Environment {
    return Environment.of(this);
  }

  /** Called by CDKTF, before `prepareStack` where another stack refers to something in this one. */
  override ensureBackendExists(): TerraformBackend {
    ensureBackend(this);
    return super.ensureBackendExists();
  }

  /** Called by CDKTF before it writes the stack, possibly more than once. */
  override prepareStack(): void {
    if (!this.synthesised) {
      this.synthesised = true;
      synthesiseTrust(this);
    }
    super.prepareStack();
  }
}
