import { type ITerraformDependable, TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import { terraformLiteral } from "../../project";

/** Types of resource that the `trust` provider serves (`lib/provider/resources`). */
export type TrustResourceType =
  | "trust_keystore"
  | "trust_key_entry"
  | "trust_truststore_entry"
  | "trust_file"
  | "trust_config_file"
  | "trust_activation";

export interface TrustResourceProps {
  readonly type: TrustResourceType;
  /** Name in Terraform's addresses. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly dependsOn: readonly ITerraformDependable[];
}

/**
 * One resource of the `trust` provider in the synthesised stack. What gets another place, an alias, a path or a host,
 * stands at both until the product has read the new one: Terraform destroys after all that depends on it was updated.
 * Where only some did so, a change would be a cycle.
 */
export class TrustResource extends TerraformResource {
  /** Terraform's address as plain text: a token for each mention would cost a stack trace. */
  readonly address: ITerraformDependable;
  private readonly attributes: Readonly<Record<string, unknown>>;

  constructor(scope: Construct, props: TrustResourceProps) {
    super(scope, `${props.type}.${props.name}`, {
      terraformResourceType: props.type,
      dependsOn: [...props.dependsOn],
      lifecycle: { createBeforeDestroy: true },
    });
    this.overrideLogicalId(props.name);
    this.address = { fqn: `${props.type}.${props.name}` };
    this.attributes = props.attributes;
  }

  protected override synthesizeAttributes(): Record<string, unknown> {
    return terraformLiteral(this.attributes) as Record<string, unknown>;
  }
}
