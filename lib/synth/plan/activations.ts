import {
  type ActivationPlan,
  type ActivationStepPlan,
  type HostPlan,
  type Runbook,
  type TrustPlan,
  isDeployedHost,
  readBy,
} from "../../model";
import { declaredStep } from "../../constructs/activationStep";

/** The parts of a plan that decide about its activations. */
type Parts = Pick<TrustPlan, "hosts" | "entries" | "runbooks">;

/**
 * What is activated on the machines that a deploy reaches: of what is delivered to. Systems that read one file are one
 * activation, because what makes one of them read it again is no use while the other has not.
 */
export function activationsOf(
  declared: readonly ActivationPlan[],
  { hosts, entries }: Parts,
): ActivationPlan[] {
  const reached = new Set(hosts.filter(isDeployedHost).map(({ id }) => id));
  const filled = new Set(entries.map(({ storeId }) => storeId));
  const concerned = declared.filter(
    ({ hostId, storeIds, fileIds, configFileIds }) =>
      reached.has(hostId) &&
      (fileIds.length > 0 || configFileIds.length > 0 || storeIds.some((id) => filled.has(id))),
  );
  return concerned.reduce<ActivationPlan[]>(joined, []);
}

function joined(before: readonly ActivationPlan[], next: ActivationPlan): ActivationPlan[] {
  const isShared = (other: ActivationPlan) => other.way.kind === "run" && sharesFile(other, next);
  const shared = next.way.kind === "run" ? before.filter(isShared) : [];
  const [first] = shared;
  if (first === undefined) return [...before, next];
  const whole = [...shared, next].reduce(asOne);
  return before.flatMap((each) => (each === first ? [whole] : shared.includes(each) ? [] : [each]));
}

function sharesFile(one: ActivationPlan, other: ActivationPlan): boolean {
  const read = new Set(readBy(one));
  return readBy(other).some((id) => read.has(id));
}

function asOne(one: ActivationPlan, other: ActivationPlan): ActivationPlan {
  const both = (ids: readonly string[], others: readonly string[]) => [...new Set([...ids, ...others])];
  return {
    ...one,
    label: both([one.label], [other.label]).join(" and "),
    way: { kind: "run", steps: distinct([...stepsOf(one), ...stepsOf(other)]) },
    storeIds: both(one.storeIds, other.storeIds),
    fileIds: both(one.fileIds, other.fileIds),
    configFileIds: both(one.configFileIds, other.configFileIds),
    endpointIds: both(one.endpointIds, other.endpointIds),
  };
}

function stepsOf({ way }: ActivationPlan): readonly ActivationStepPlan[] {
  return way.kind === "run" ? way.steps : [];
}

function distinct(steps: readonly ActivationStepPlan[]): ActivationStepPlan[] {
  return [...new Map(steps.map((step) => [JSON.stringify(step), step])).values()];
}

/** What people are told of endpoints and stores on machines that nobody may log in to; a system's runbook has it already. */
export function activationRunbooks(
  declared: readonly ActivationPlan[],
  { hosts, runbooks }: Parts,
): Runbook[] {
  const manual = new Map(hosts.flatMap((host) => (host.kind === "manual" ? [[host.id, host] as const] : [])));
  const told = new Set(runbooks.map(({ id }) => id));
  return declared.flatMap(({ id, hostId, label, way }) => {
    const host: HostPlan | undefined = manual.get(hostId);
    if (host === undefined || told.has(id) || way.kind === "none") return [];
    return [{ id, hostId, title: label, steps: [declaredStep(host.platform, way)] }];
  });
}
