import type { ActivationPlan } from "./activation";
import type { ConfigExpectationPlan } from "./configExpectation";
import type { ConfigFilePlan } from "./configFile";
import type { FilePlan } from "./file";
import type { FingerprintPlan } from "./fingerprint";
import type { HostPlan } from "./host";
import type { BindingPlan, EndpointPlan, HopPlan } from "./hop";
import type { IdentityPlan } from "./identity";
import type { PasswordStepPlan } from "./passwordStep";
import type { Runbook } from "./runbook";
import type { EntryPlan, StorePlan } from "./store";
import type { SystemPlan } from "./system";

/** Version of `trust-plan.json`; raised when a reader of the old one would misread the new one. */
export const TRUST_PLAN_FORMAT_VERSION = 2;

/** A whole stack's declaration as plain JSON-serialisable data, without any secret. */
export interface TrustPlan {
  readonly formatVersion: typeof TRUST_PLAN_FORMAT_VERSION;
  /** Version of this package that wrote it; nothing that is deployed depends on it. */
  readonly toolVersion: string;
  /** What the project is called; with environment and stack, who owns what is deployed. */
  readonly project: string;
  readonly environment: string;
  readonly stack: string;
  readonly hosts: readonly HostPlan[];
  readonly systems: readonly SystemPlan[];
  readonly identities: readonly IdentityPlan[];
  readonly stores: readonly StorePlan[];
  readonly entries: readonly EntryPlan[];
  readonly endpoints: readonly EndpointPlan[];
  readonly bindings: readonly BindingPlan[];
  readonly hops: readonly HopPlan[];
  readonly files: readonly FilePlan[];
  readonly configFiles: readonly ConfigFilePlan[];
  /** What people bring about in products' own files; plans from before have none. */
  readonly expectations?: readonly ConfigExpectationPlan[];
  /** What makes running products read their files again; plans from before have none. */
  readonly activations?: readonly ActivationPlan[];
  /** What people do so that products open what gets another password; absent where nothing does. */
  readonly passwordSteps?: readonly PasswordStepPlan[];
  /** What people do on the hosts, product by product. */
  readonly runbooks: readonly Runbook[];
  /** What a partner asks for, shown as outputs of the stack. */
  readonly fingerprints: readonly FingerprintPlan[];
}
