import type { IConstruct } from "constructs";
import { Activation, type IHost, type IKeystore } from "../constructs";
import { activated } from "../constructs/activation";
import { planIdOf } from "../constructs/key";
import { type PlanContribution, contributionOf } from "../constructs/planContribution";
import type { ActivationWay, CommandActivation, HostPlatform, RunbookStep } from "../model";
import { shellQuote } from "../text";

/** What is, or holds, the stores, files, settings and endpoints of a system. */
export type Read = readonly (IConstruct | IKeystore | undefined)[];

/** What stands on a host. */
interface HostPart {
  readonly id: string;
  readonly hostId: string;
}

/** What a system does once something changed that it reads. */
export function systemActivation(
  system: IConstruct,
  host: IHost,
  way: ActivationWay | undefined,
  reads: Read,
): Pick<PlanContribution, "activations"> {
  const parts = reads
    .flatMap((read) => (read !== undefined && "node" in read ? read.node.findAll() : []))
    .flatMap((construct) => contributionOf(construct) ?? []);
  const ids = (lists: readonly (readonly HostPart[] | undefined)[]): string[] => [
    ...new Set(
      lists.flatMap((list = []) => list.flatMap(({ id, hostId }) => (hostId === host.hostId ? [id] : []))),
    ),
  ];
  return activated({
    id: planIdOf(system),
    host,
    label: system.node.id,
    way,
    storeIds: reads.flatMap((read) => (read !== undefined && "storeId" in read ? [read.storeId] : [])),
    fileIds: ids(parts.map(({ files }) => files)),
    configFileIds: ids(parts.map(({ configFiles }) => configFiles)),
    endpointIds: ids(parts.map(({ endpoints }) => endpoints)),
  });
}

/** Restarts a service by the machine's service manager; `net` ends once the service has stopped or started. */
export function serviceRestart(platform: HostPlatform, service: string): CommandActivation {
  if (platform === "posix") return Activation.run(["systemctl", "restart", service]);
  return Activation.steps(
    Activation.run(["net", "stop", service]),
    Activation.run(["net", "start", service]),
  );
}

/** The same where its machine may have a script of its own in place of systemd's unit. */
export function initScriptRestart(
  platform: HostPlatform,
  { posix, windows }: Readonly<Record<HostPlatform, string>>,
): CommandActivation {
  if (platform === "windows") return serviceRestart(platform, windows);
  return Activation.run(["sh", "-c", `systemctl restart ${posix} || /etc/init.d/${posix} restart`]);
}

/**
 * The step of a runbook in which people do what an activation does.
 *
 * @param step as it is where its commands are run
 * @param join what stands between two commands. @default a line break
 */
export function activationStep(
  platform: HostPlatform,
  way: ActivationWay,
  step: RunbookStep,
  join = "\n",
): RunbookStep {
  switch (way.kind) {
    case "none":
      return { text: way.reason };
    case "manual":
      return { ...step, text: way.text };
    case "run":
      return { ...step, ...pasted(platform, way, join) };
  }
}

/** What people do where a system was told an activation that its runbook would not have; none where it was not. */
export function declaredSteps(platform: HostPlatform, way: ActivationWay | undefined): RunbookStep[] {
  return way === undefined
    ? []
    : [activationStep(platform, way, { text: "Let the product read its files again." })];
}

/** Commands as people paste them; those of another machine are none of this one's. */
function pasted(
  platform: HostPlatform,
  { steps }: CommandActivation,
  join: string,
): Pick<RunbookStep, "command"> {
  const here = steps.filter(({ on }) => on === "host");
  return here.length === 0 ? {} : { command: here.map(({ argv }) => commandLine(platform, argv)).join(join) };
}

/** A command as people paste it. */
export function commandLine(platform: HostPlatform, argv: readonly string[]): string {
  const [program = "", option, script] = argv;
  if (program === "sh" && option === "-c" && script !== undefined && argv.length === 3) return script;
  // Without `call` a batch file ends the one that it is pasted into.
  const call = platform === "windows" && /\.(bat|cmd)$/i.test(program) ? "call " : "";
  return call + argv.map((word) => shellQuote(platform, word)).join(" ");
}
