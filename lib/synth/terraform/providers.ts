import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformProvider, type TerraformStack } from "cdktf";
import { requiredProviders } from "../../provider/install";
import type { NullProviderSource } from "../plan/environment";

/** The provider that ships with this package; it needs no configuration. */
class TrustProvider extends TerraformProvider {
  constructor(stack: TerraformStack) {
    super(stack, "Trust", {
      terraformResourceType: "trust",
      terraformProviderSource: requiredProviders.trust.source,
      terraformGeneratorMetadata: {
        providerName: "trust",
        providerVersionConstraint: requiredProviders.trust.version,
      },
    });
  }
}

/** Declares the providers of a stack: ours, and the one of the barriers from the registry or embedded in ours. */
export function addProviders(stack: TerraformStack, nullProvider: NullProviderSource): void {
  new TrustProvider(stack);
  new NullProvider(stack, "Null");
  if (nullProvider === "embedded") {
    stack.addOverride("terraform.required_providers.null", { ...requiredProviders.null });
  }
}
