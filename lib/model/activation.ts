import type { HostPlan } from "./host";
import { isDeployedHost, isFolder } from "./hostAddress";

/** A command of an activation. */
export interface ActivationStepPlan {
  /** The program and its arguments, as they are given to it: no shell reads them. */
  readonly argv: readonly string[];
  /** The machine that reads the files, or the one that deploys. */
  readonly on: "host" | "runner";
  /** Seconds after which it is ended, and has failed. */
  readonly timeoutSeconds: number;
}

/** What makes a running product read its files again. */
export type ActivationWay = CommandActivation | ManualActivation | NoActivation;

/** Commands are run. */
export interface CommandActivation {
  readonly kind: "run";
  /** In their order; one that fails is the last. */
  readonly steps: readonly ActivationStepPlan[];
}

/** People do it. */
export interface ManualActivation {
  readonly kind: "manual";
  /** What they do, in one or two sentences; backticks mark code. */
  readonly text: string;
}

/** Nothing has to be done. */
export interface NoActivation {
  readonly kind: "none";
  /** Why, for people. */
  readonly reason: string;
}

/** What is done once something changed that a product reads. */
export interface ActivationPlan {
  /** `<stack>/<key>` of what reads it: a system, an endpoint or a store. */
  readonly id: string;
  readonly hostId: string;
  /** For people: what reads the files. */
  readonly label: string;
  readonly way: ActivationWay;
  /** The stores, files and settings that it reads. */
  readonly storeIds: readonly string[];
  readonly fileIds: readonly string[];
  readonly configFileIds: readonly string[];
  /** Where it is seen that it worked: what these serve. */
  readonly endpointIds: readonly string[];
}

/** Ids of the stores, files and settings that something reads. */
export function readBy({ storeIds, fileIds, configFileIds }: ActivationPlan): string[] {
  return [...storeIds, ...fileIds, ...configFileIds];
}

/** Commands that a deploy runs: those of a machine that a folder stands for are not there. */
export function commandsRun({ way }: ActivationPlan, host: HostPlan): readonly ActivationStepPlan[] {
  if (way.kind !== "run" || !isDeployedHost(host)) return [];
  return isFolder(host) && way.steps.some(({ on }) => on === "host") ? [] : way.steps;
}
