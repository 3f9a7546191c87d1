import { NullProvider } from "@cdktf/provider-null/lib/provider";
import { TerraformProvider, TerraformResource, type TerraformStack } from "cdktf";
import type { IConstruct } from "constructs";
import { terraformLiteral } from "../../project";
import { requiredProviders } from "../../provider/install";
import type { NullProviderSource } from "../plan/environment";
import type { PasswordChange } from "./passwordChanges";

/** What the block of our provider says. */
export interface ProviderBlock {
  /** Directory of `cdktf.json`, relative to Terraform's working directory, so that it is the same in every clone. */
  readonly projectDirectory: string;
  /** `project/environment/stack`: whose the declared things are. */
  readonly owner: string;
  /** Owners whose things become this one's. @default - none */
  readonly takeOver?: readonly string[];
  /** Whether a generation below the one that hosts remember is deployed. @default false */
  readonly acceptsOlderGenerations?: boolean;
  /** Stores that get another password. @default - none */
  readonly passwordChanges?: readonly PasswordChange[];
}

/** The provider that ships with this package. */
class TrustProvider extends TerraformProvider {
  constructor(
    stack: TerraformStack,
    private readonly block: ProviderBlock,
  ) {
    super(stack, "cdktf-trust provider", {
      terraformResourceType: "trust",
      terraformProviderSource: requiredProviders.trust.source,
      terraformGeneratorMetadata: {
        providerName: "trust",
        providerVersionConstraint: requiredProviders.trust.version,
      },
    });
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    const { projectDirectory, owner, takeOver = [], acceptsOlderGenerations = false } = this.block;
    const { passwordChanges = [] } = this.block;
    const attributes = {
      project_directory: projectDirectory,
      owner,
      ...(takeOver.length > 0 ? { take_over: takeOver } : {}),
      ...(acceptsOlderGenerations ? { older_generations: "accept" } : {}),
      ...(passwordChanges.length > 0 ? { password_changes: passwordChanges } : {}),
    };
    return terraformLiteral(attributes) as Record<string, unknown>;
  }
}

/**
 * Declares the providers of a stack.
 *
 * @returns the one that serves the barriers; undefined for the registry's
 */
export function addProviders(
  stack: TerraformStack,
  block: ProviderBlock,
  nullProvider: NullProviderSource,
): TerraformProvider | undefined {
  const hasOwnNullResources = stack.node.findAll().some(isNullResource);
  const trust = new TrustProvider(stack, block);
  addNullProvider(stack);
  if (nullProvider === "registry") return undefined;
  if (hasOwnNullResources) {
    stack.addOverride("terraform.required_providers.null", { ...requiredProviders.null });
  } else {
    // Terraform would start it three times a plan, to serve nothing.
    stack.addOverride("terraform.required_providers.null", undefined);
    stack.addOverride("provider.null", undefined);
  }
  return trust;
}

/** CDKTF refuses null resources without one, and Terraform refuses a second one. */
export function addNullProvider(stack: TerraformStack): void {
  const isThere = stack.allProviders().some((provider) => provider.terraformResourceType === "null");
  if (!isThere) new NullProvider(stack, "cdktf-trust barriers");
}

/** Of a stack that people add to: theirs are not told who serves them. */
function isNullResource(node: IConstruct): boolean {
  return TerraformResource.isTerraformResource(node) && node.terraformResourceType === "null_resource";
}
