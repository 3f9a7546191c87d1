import type { IConstruct } from "constructs";
import type {
  ActivationPlan,
  BindingPlan,
  ConfigExpectationPlan,
  ConfigFilePlan,
  EndpointPlan,
  EntryPlan,
  FilePlan,
  Finding,
  FingerprintPlan,
  HopPlan,
  HostPlan,
  IdentityPlan,
  PasswordStepPlan,
  Runbook,
  StorePlan,
  SystemPlan,
  TruststoreEntryPlan,
} from "../model";
import { declaredNowhere } from "./errors";
import { trustStackOf } from "./trustStackMark";

/** What one construct adds to its stack's plan. */
export interface PlanContribution {
  readonly hosts?: readonly HostPlan[];
  readonly systems?: readonly SystemPlan[];
  readonly identities?: readonly IdentityPlan[];
  readonly stores?: readonly StorePlan[];
  readonly entries?: readonly EntryPlan[];
  /** Entries that a call makes necessary; left out where the same certificate is declared for the store otherwise. */
  readonly impliedEntries?: readonly TruststoreEntryPlan[];
  readonly endpoints?: readonly EndpointPlan[];
  readonly bindings?: readonly BindingPlan[];
  readonly hops?: readonly HopPlan[];
  readonly files?: readonly FilePlan[];
  readonly configFiles?: readonly ConfigFilePlan[];
  /** What people bring about in products' own files. */
  readonly expectations?: readonly ConfigExpectationPlan[];
  /** What makes a running product read its files again. */
  readonly activations?: readonly ActivationPlan[];
  /** What people do so that a product opens what gets another password. */
  readonly passwordSteps?: readonly PasswordStepPlan[];
  /** What people do on a host after its stores and files are in place. */
  readonly runbooks?: readonly Runbook[];
  /** What a partner asks for. */
  readonly fingerprints?: readonly FingerprintPlan[];
  /** What a product's own rules have to say, for example of an alias it cannot take. */
  readonly findings?: readonly Finding[];
}

const contributions = new WeakMap<IConstruct, () => PlanContribution>();

/** Registers what a construct adds; called at synth, so that later calls on the construct still count. */
export function contributes(construct: IConstruct, contribution: () => PlanContribution): void {
  contributions.set(construct, contribution);
  construct.node.addValidation({
    validate: () => (trustStackOf(construct) === undefined ? [declaredNowhere(construct.node.path)] : []),
  });
}

/** What a construct adds to the plan; undefined for constructs of other libraries. */
export function contributionOf(construct: IConstruct): PlanContribution | undefined {
  return contributions.get(construct)?.();
}
