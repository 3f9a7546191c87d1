import { chmodSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { AnnotationMetadataEntryType, App, type TerraformStack } from "cdktf";
import { type Finding, type TrustPlan, ownerOf } from "../model";
import { installProvider } from "../provider/install";
import { sentenceOf } from "../rules";
import { writeArtifacts } from "./artifacts/artifactFolder";
import { bundleManualHosts } from "./artifacts/bundle";
import { writeRunbooks } from "./artifacts/runbookFile";
import { EnvironmentSynthesis } from "./environmentSynthesis";
import { outputOf } from "./output";
import { packageFile } from "./packageFile";
import { collectPlan } from "./plan/collectPlan";
import { synthEnvironment } from "./plan/environment";
import type { IdentityResolver } from "./plan/identityResolver";
import { PlanCertificates } from "./plan/planCertificates";
import { addBackend } from "./terraform/backend";
import { addFingerprintOutputs } from "./terraform/fingerprintOutputs";
import { addProviders } from "./terraform/providers";
import { RelyingPlaces } from "./terraform/relyingPlaces";
import { TerraformGraph } from "./terraform/terraformGraph";

/** Runs the steps of the flow: collect, pin, check, materialise, rehearse for all stacks, then write this one. */
export function synthesiseTrust(stack: TerraformStack): void {
  const app = App.of(stack);
  const environment = synthEnvironment(stack);
  const workingDirectory = outputOf(app, environment, stack.node.id);
  if (environment.planOnly) {
    writePlan(workingDirectory, collectPlan(stack, environment).plan);
    return;
  }

  const all = EnvironmentSynthesis.of(app, stack, environment);
  const { plan, artifacts, warnings } = all.of(stack);
  const identity: IdentityResolver = (id) => all.lock.identity(id);
  const certificates = new PlanCertificates(identity);
  if (environment.runbooksOnly) {
    writePlan(workingDirectory, plan);
    writeRunbooks(workingDirectory, { plan, identity, certificates });
    return;
  }
  report(stack, warnings);

  addBackend(stack, app.outdir, environment);
  if (artifacts !== undefined) {
    writeArtifacts(workingDirectory, bundleManualHosts({ plan, artifacts, identity, certificates }));
  }
  writePlan(workingDirectory, plan);
  installProvider(workingDirectory, { bundle: packageFile("dist/terraform-provider-trust.cjs") });
  const block = {
    projectDirectory: relative(workingDirectory, environment.projectDirectory).replaceAll("\\", "/") || ".",
    owner: ownerOf(plan),
    takeOver: environment.takeOver,
    acceptsOlderGenerations: environment.acceptsOlderGenerations,
  };
  const barrierProvider = addProviders(stack, block, environment.nullProvider);
  addFingerprintOutputs(stack, plan, identity);
  const relying = new RelyingPlaces({ plan: all.plan, stack: plan.stack, identity });
  new TerraformGraph(stack, { plan, certificates, relyingOn: (id) => relying.of(id), barrierProvider });
}

/** Warnings go to CDKTF's annotations. */
function report(stack: TerraformStack, warnings: readonly Finding[]): void {
  for (const found of warnings) {
    // Not through Annotations, which would put a stack trace with this machine's paths into the manifest.
    const text = `${found.subject} [${found.rule}]: ${sentenceOf(found)}`;
    stack.node.addMetadata(AnnotationMetadataEntryType.WARN, text);
  }
}

function writePlan(workingDirectory: string, plan: TrustPlan): void {
  const file = join(workingDirectory, "trust-plan.json");
  writeFileSync(file, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o644 });
  chmodSync(file, 0o644);
}
