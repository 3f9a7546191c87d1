import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, TerraformStack } from "cdktf";
import type { CertificateSummary } from "../../../lib";
import { collectPlan } from "../../../lib/synth/plan/collectPlan";
import { addProviders } from "../../../lib/synth/terraform/providers";
import { TerraformGraph } from "../../../lib/synth/terraform/terraformGraph";

export interface Resource {
  readonly depends_on?: readonly string[];
  readonly [attribute: string]: unknown;
}
export type Resources = Readonly<Record<string, Readonly<Record<string, Resource>>>>;

/** What Terraform would read of a stack, with a made-up certificate for every identity. */
export function resourcesOf(declare: (stack: TerraformStack) => void): Resources {
  const outdir = mkdtempSync(join(tmpdir(), "cdktf-trust-graph-"));
  const stack = new TerraformStack(new App({ outdir }), "stack");
  declare(stack);
  const declared = collectPlan(stack, { project: "test", name: "test" }).plan;
  const identities = declared.identities.map((identity) => {
    const certificate = summary(identity.id);
    return {
      ...identity,
      pinned: { generation: 1, chain: [certificate], anchor: certificate, anchorPem: "" },
    };
  });
  const plan = { ...declared, identities };
  const block = { projectDirectory: ".", owner: "test/local/stack" };
  const barrierProvider = addProviders(stack, block, "embedded");
  new TerraformGraph(stack, {
    barrierProvider,
    plan,
    certificates: { certificateOf: ({ identityId }) => summary(identityId), sha256OfFile: () => "AA:BB" },
    relyingOn: (identityId) => [
      { host: "local:b", path: "/opt/trust.p12", sha256: `of ${identityId}`, content: "c", stack: "b" },
    ],
  });
  return (stack.toTerraform() as { readonly resource: Resources }).resource;
}

export function summary(identityId: string): CertificateSummary {
  const sha256 = Buffer.from(identityId)
    .toString("hex")
    .toUpperCase()
    .slice(-16)
    .replaceAll(/..(?=.)/g, "$&:");
  return {
    subject: `CN=${identityId}`,
    issuer: `CN=${identityId}`,
    serialNumber: "1",
    notBefore: "2026-01-01T00:00:00Z",
    notAfter: "2027-01-01T00:00:00Z",
    keyAlgorithm: "EC P-256",
    subjectAltNames: [],
    sha1: sha256,
    sha256,
  };
}

export function dependenciesOf(resources: Resources, type: string, name: string): readonly string[] {
  return resources[type]?.[name]?.depends_on ?? [];
}
