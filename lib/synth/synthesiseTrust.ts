import { relative } from "node:path";
import { AnnotationMetadataEntryType, App, type TerraformStack } from "cdktf";
import { type Finding, ownerOf } from "../model";
import { sentenceOf } from "../rules";
import { bundleManualHosts } from "./artifacts/bundle";
import { hostRunbooks } from "./artifacts/runbookFile";
import { edgesOf } from "./edges";
import { EnvironmentSynthesis } from "./environmentSynthesis";
import { environmentVerdicts } from "./environmentVerdicts";
import { collectPlan } from "./plan/collectPlan";
import type { IdentityResolver } from "./plan/identityResolver";
import { PlanCertificates } from "./plan/planCertificates";
import { addBackend } from "./terraform/backend";
import { addFingerprintOutputs } from "./terraform/fingerprintOutputs";
import { passwordChangesOf } from "./terraform/passwordChanges";
import { addNullProvider, addProviders } from "./terraform/providers";
import { RelyingPlaces } from "./terraform/relyingPlaces";
import { TerraformGraph } from "./terraform/terraformGraph";

/** Runs the steps of the flow: collect, pin, check, materialise, rehearse for all stacks, then write this one. */
export function synthesiseTrust(stack: TerraformStack): void {
  const app = App.of(stack);
  const edges = edgesOf(app);
  const environment = edges.environment(stack);
  const output = edges.output(stack, environment);
  const { workingDirectory } = output;
  if (environment.planOnly) {
    output.writePlan(collectPlan(stack, environment).plan);
    addNullProvider(stack);
    return;
  }

  const all = EnvironmentSynthesis.of(app, stack, environment, (judged) => {
    if (!environment.runbooksOnly) output.writeVerdicts(environmentVerdicts(judged));
  });
  const { plan, artifacts, warnings } = all.of(stack);
  const identity: IdentityResolver = (id) => all.lock.identity(id);
  const certificates = new PlanCertificates(identity);
  if (environment.runbooksOnly) {
    output.writePlan(plan);
    output.writeRunbooks(hostRunbooks({ plan, identity, certificates }));
    addNullProvider(stack);
    return;
  }
  report(stack, warnings);

  if (addBackend(stack, workingDirectory, environment)) output.placeState();
  if (artifacts !== undefined) {
    output.writeArtifacts(bundleManualHosts({ plan, artifacts, identity, certificates }));
  }
  output.writePlan(plan);
  output.installProvider();
  const block = {
    projectDirectory: relative(workingDirectory, environment.projectDirectory).replaceAll("\\", "/") || ".",
    owner: ownerOf(plan),
    takeOver: environment.takeOver,
    acceptsOlderGenerations: environment.acceptsOlderGenerations,
    passwordChanges: passwordChangesOf(plan),
  };
  const barrierProvider = addProviders(stack, block, environment.nullProvider);
  addFingerprintOutputs(stack, plan, identity);
  const relying = new RelyingPlaces({ plan: all.plan, stack: plan.stack, identity });
  new TerraformGraph(stack, { plan, certificates, relyingOn: (id) => relying.of(id), barrierProvider });
}

/** Gives a stack the backend of its environment, unless it has one; where only the plan is asked for, CDKTF's will do. */
export function ensureBackend(stack: TerraformStack): void {
  const edges = edgesOf(App.of(stack));
  const environment = edges.environment(stack);
  if (environment.planOnly) return;
  addBackend(stack, edges.output(stack, environment).workingDirectory, environment);
}

/** Warnings go to CDKTF's annotations. */
function report(stack: TerraformStack, warnings: readonly Finding[]): void {
  for (const found of warnings) {
    // Not through Annotations, which would put a stack trace with this machine's paths into the manifest.
    const text = `${found.subject} [${found.rule}]: ${sentenceOf(found)}`;
    stack.node.addMetadata(AnnotationMetadataEntryType.WARN, text);
  }
}
