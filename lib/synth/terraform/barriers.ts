import { Resource as NullResource } from "@cdktf/provider-null/lib/resource";
import type { ITerraformDependable, TerraformProvider } from "cdktf";
import { Construct } from "constructs";
import type { CertificateSummary, EndpointPlan } from "../../model";
import { barrierIdOf, hooksIdOf } from "./addressedPart";
import type { ResourceNames } from "./resourceName";

/** `null_resource`s: what stands between those who rely on an endpoint and its identity, and what people do after it. */
export class Barriers extends Construct {
  /** @param provider that serves them; undefined for the registry's */
  constructor(
    scope: Construct,
    private readonly names: ResourceNames,
    private readonly provider: TerraformProvider | undefined,
  ) {
    super(scope, "barriers");
  }

  /** One barrier an endpoint: a barrier a hop would make state and plan quadratic. */
  between(
    relying: readonly ITerraformDependable[],
    endpoint: EndpointPlan,
    certificate: CertificateSummary,
  ): ITerraformDependable[] {
    if (relying.length === 0) return [];
    const barrier = new NullResource(this, `barrier.${endpoint.id}`, {
      ...this.served(),
      triggers: { endpoint_sha256: certificate.sha256 },
      dependsOn: [...new Set(relying)],
    });
    const name = this.names.nameOf(barrierIdOf(endpoint.id));
    barrier.overrideLogicalId(name);
    return [{ fqn: `null_resource.${name}` }];
  }

  addHooks(
    after: readonly ITerraformDependable[],
    endpoint: EndpointPlan,
    certificate: CertificateSummary,
  ): void {
    if (endpoint.afterDeploy.length === 0) return;
    const hooks = new NullResource(this, `hooks.${endpoint.id}`, {
      ...this.served(),
      triggers: { endpoint_sha256: certificate.sha256 },
      dependsOn: [...after],
      provisioners: endpoint.afterDeploy.map((command) => ({
        type: "local-exec",
        command,
        // The provider that our commands attach is this stack's, and no other Terraform's that somebody calls here.
        environment: { TF_REATTACH_PROVIDERS: "" },
      })),
    });
    hooks.overrideLogicalId(this.names.nameOf(hooksIdOf(endpoint.id)));
  }

  private served(): { readonly provider?: TerraformProvider } {
    return this.provider === undefined ? {} : { provider: this.provider };
  }
}
