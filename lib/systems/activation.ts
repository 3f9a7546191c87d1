import type { IConstruct } from "constructs";
import { Activation, type IHost, type IKeystore } from "../constructs";
import { activated } from "../constructs/activation";
import { planIdOf } from "../constructs/key";
import { type PlanContribution, contributionOf } from "../constructs/planContribution";
import type { ActivationWay, CommandActivation, HostPlatform } from "../model";

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
