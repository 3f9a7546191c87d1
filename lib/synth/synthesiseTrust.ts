import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AnnotationMetadataEntryType, App, type TerraformStack } from "cdktf";
import { checkPlan, isWeakPassword } from "../check";
import { HopReader, rehearse } from "../hop";
import { type Finding, type HopVerdict, type TrustPlan, planIndex } from "../model";
import { installProvider } from "../provider/install";
import { finding, refusal, sentenceOf } from "../rules";
import { type Artifact, writeArtifacts } from "./artifacts/artifactFolder";
import { ArtifactSource } from "./artifacts/artifactSource";
import { bundleManualHosts } from "./artifacts/bundle";
import type { IdentityResolver } from "./plan/identityResolver";
import { collectPlan } from "./plan/collectPlan";
import { type SynthEnvironment, synthEnvironment } from "./plan/environment";
import { EnvironmentLock } from "./plan/environmentLock";
import { failedChecks } from "./errors";
import { addFingerprintOutputs } from "./terraform/fingerprintOutputs";
import { materialise } from "./artifacts/materialise";
import { outputOf } from "./output";
import { packageFile } from "./packageFile";
import { PlanCertificates } from "./plan/planCertificates";
import { addBackend } from "./terraform/backend";
import { addProviders } from "./terraform/providers";
import { TerraformGraph } from "./terraform/terraformGraph";

/** Runs the steps of the flow for one stack: collect, pin, check, materialise, rehearse, write. */
export function synthesiseTrust(stack: TerraformStack): void {
  const app = App.of(stack);
  const environment = synthEnvironment(stack);
  const workingDirectory = outputOf(app, environment, stack.node.id);

  const collected = collectPlan(stack, environment);
  if (environment.planOnly) {
    writePlan(workingDirectory, collected.plan);
    return;
  }

  const now = new Date();
  const lock = EnvironmentLock.of(app, environment);
  const plan = lock.pin(collected.plan, now);
  const identity: IdentityResolver = (id) => lock.identity(id);
  const artifacts = environment.artifacts
    ? materialise({ plan, identity, secret: lock.secret, readFile: lock.readFile })
    : [];
  report(stack, [
    ...collected.findings,
    ...lock.findings(),
    ...prove(plan, artifacts, lock, environment, now),
  ]);

  addBackend(stack, app.outdir, environment);
  const certificates = new PlanCertificates(identity);
  if (environment.artifacts) {
    writeArtifacts(workingDirectory, bundleManualHosts({ plan, artifacts, identity, certificates }));
  }
  writePlan(workingDirectory, plan);
  installProvider(workingDirectory, { bundle: packageFile("dist/terraform-provider-trust.cjs") });
  addProviders(stack, environment.nullProvider);
  addFingerprintOutputs(stack, plan, identity);
  new TerraformGraph(stack, {
    plan,
    certificates,
    workingDirectory,
    projectDirectory: environment.projectDirectory,
  });
}

/** Rules over the plan and, where there are artifacts, a handshake on their bytes for every hop. */
function prove(
  plan: TrustPlan,
  artifacts: readonly Artifact[],
  lock: EnvironmentLock,
  environment: SynthEnvironment,
  now: Date,
): Finding[] {
  const source = new ArtifactSource({
    plan,
    artifacts,
    identity: (id) => lock.identity(id),
    secret: lock.secret,
  });
  const reader = new HopReader(plan, source, now);
  const read = plan.hops
    .filter(({ endpointId }) => planIndex(plan).endpoint(endpointId) !== undefined)
    .map((hop) => reader.read(hop));
  const hops = read.flatMap(({ material }) => material ?? []);
  const ruled = checkPlan(
    plan,
    {
      hops,
      chains: new Map(plan.identities.flatMap(({ id }) => chainOf(lock, id))),
      weakStoreIds: new Set(environment.artifacts ? weakStores(plan, lock) : []),
      otherKeyPasswordEntryIds: new Set(environment.artifacts ? otherKeyPasswords(plan, lock) : []),
    },
    now,
  );
  const findings = unique([...read.flatMap((hop) => hop.findings), ...ruled]);
  if (!environment.artifacts) return findings;
  const verdicts = rehearse(hops, { entry: packageFile("dist/rehearse.cjs") });
  const failures = verdicts.flatMap((verdict) => [
    ...verdict.findings,
    ...(verdict.ok || verdict.findings.some(({ level }) => level === "error")
      ? []
      : [failedHandshake(verdict)]),
  ]);
  return unique([...findings, ...failures]);
}

function failedHandshake({ hopId, reason }: HopVerdict): Finding {
  return finding(hopId, refusal("handshake-failed", reason, undefined, "none"));
}

function chainOf(lock: EnvironmentLock, identityId: string): [string, readonly Uint8Array[]][] {
  const identity = lock.identity(identityId);
  return identity === undefined ? [] : [[identityId, identity.chain]];
}

function weakStores(plan: TrustPlan, lock: EnvironmentLock): string[] {
  return plan.stores.filter(({ password }) => isWeakPassword(lock.secret(password))).map(({ id }) => id);
}

function otherKeyPasswords(plan: TrustPlan, lock: EnvironmentLock): string[] {
  const passwords = new Map(plan.stores.map(({ id, password }) => [id, password]));
  return plan.entries.flatMap((entry) => {
    const storePassword = passwords.get(entry.storeId);
    if (entry.kind !== "key" || entry.keyPassword === undefined || storePassword === undefined) return [];
    return lock.secret(entry.keyPassword) === lock.secret(storePassword) ? [] : [entry.id];
  });
}

/** Warnings go to CDKTF's annotations; errors stop synth, all at once. */
function report(stack: TerraformStack, findings: readonly Finding[]): void {
  const errors = findings.filter(({ level }) => level === "error");
  if (errors.length > 0) throw failedChecks(stack.node.id, errors);
  for (const found of findings) {
    // Not through Annotations, which would put a stack trace with this machine's paths into the manifest.
    const text = `${found.subject} [${found.rule}]: ${sentenceOf(found)}`;
    stack.node.addMetadata(AnnotationMetadataEntryType.WARN, text);
  }
}

function unique(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [JSON.stringify(finding), finding])).values()];
}

function writePlan(workingDirectory: string, plan: TrustPlan): void {
  const file = join(workingDirectory, "trust-plan.json");
  writeFileSync(file, `${JSON.stringify(plan, null, 2)}\n`, { mode: 0o644 });
  chmodSync(file, 0o644);
}
